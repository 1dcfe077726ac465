/**
 * The folder that is deployed, with the settings that the template writes, in the local Functions host: nothing but
 * addresses that only Azure knows is another.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { build, DOCS, HOST, ROOT } from '../../../src/build/build.ts';
import { startAzurite } from '../../../src/dev/azurite.ts';
import {
  type Supervised,
  supervise,
} from '../../../src/emulators/functions-host/process/supervisor.ts';
import type { Resource, Snapshot } from '../../infra/compiler.ts';
import { resolved } from '../../infra/stand-ins.ts';

const lines: string[] = [];
let host: Supervised;
let built: readonly string[];
const undo: (() => Promise<unknown> | void)[] = [];

const snapshot = JSON.parse(
  readFileSync(join(ROOT, 'test/infra/profiles/production.snapshot.json'), 'utf8'),
) as Snapshot;
const settings = snapshot.predictedResources.find(({ name }: Resource) =>
  name.endsWith('/appsettings'),
)?.properties;

beforeAll(async () => {
  built = await build();
  const dir = mkdtempSync(join(tmpdir(), 'sluice-package-'));
  undo.push(() => rmSync(dir, { recursive: true, force: true }));
  // Away from the repository: no package of it can be found from there.
  cpSync(join(ROOT, 'dist', 'app'), join(dir, 'app'), { recursive: true });
  const azurite = await startAzurite();
  undo.unshift(() => azurite.close());
  const given = resolved(settings);
  // The account of the template is asked by an identity, which this machine has not.
  const {
    AzureWebJobsStorage__accountName: _account,
    AzureWebJobsStorage__credential: _credential,
    ...rest
  } = given;
  host = await supervise({
    program: HOST,
    appDir: join(dir, 'app'),
    stateDir: join(dir, 'host'),
    drainMs: 0,
    settings: {
      ...rest,
      AzureWebJobsStorage: azurite.connectionString,
      WEBSITE_INSTANCE_ID: 'instance',
    },
    log: ({ level, message }) => lines.push(`${level}: ${message}`),
  });
  undo.unshift(() => host.close());
}, 300_000);

afterAll(async () => {
  for (const step of undo) await step();
});

const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${host.url()}${path}`, { headers });

it('starts, and serves its pages', async () => {
  expect((await get('/health/live')).status, lines.join('\n')).toBe(200);
  expect((await get('/openapi.json')).status).toBe(200);
  const ui = await (await get('/')).text();
  const [main = ''] = /\/ui\/assets\/[^"]+\.js/.exec(ui) ?? [];
  expect((await get(main)).headers.get('content-type')).toContain('text/javascript');
  const page = await (await get('/docs')).text();
  const [, script = ''] = /src="([^"]*swagger-ui-bundle\.js)"/.exec(page) ?? [];
  expect((await get(new URL(script, `${host.url()}/docs`).pathname)).status).toBe(200);
});

it('knows every setting, and takes no unresolved secret for one', async () => {
  const unresolved = settings.SLUICE_ADMIN_TOKEN as string;
  expect(unresolved).toContain('@Microsoft.KeyVault');
  const token = resolved(settings)['SLUICE_ADMIN_TOKEN'] ?? '';
  expect((await get('/api/v1/runs', { authorization: `Bearer ${token}` })).status).toBe(401);
  const log = lines.join('\n');
  expect(log).toContain('setting without its secret');
  expect(log).not.toContain('unknown setting');
});

it('answers headers between 16 and 32 KB, by the arguments of the worker', async () => {
  expect((await get('/health/live', { 'x-long': 'x'.repeat(20_000) })).status).toBe(200);
  expect(lines.join('\n')).not.toContain('would hang');
});

it('has what is deployed, and nothing else: no maps, no emulators, no packages', () => {
  const app = join(ROOT, 'dist/app');
  // Not what lies there: only `npm run build` removes what earlier builds made.
  const files = built.map((path) => relative(app, path)).filter((path) => !path.startsWith('..'));
  const isChunk = (name: string): boolean => /^chunks\/[^/]+\.js$/.test(name);
  const isPage = (name: string): boolean =>
    /^page\/(assets\/[\w-]+-[\w-]{8}\.(js|css)|[\w-]+\.\w+)$/.test(name);
  expect(files.some(isChunk)).toBe(true);
  expect(files).toContain('page/index.html');
  expect(files.filter((name) => !isChunk(name) && !isPage(name)).toSorted()).toEqual(
    [
      'event-loop-thread.js',
      'functions.js',
      'host.json',
      'package.json',
      ...DOCS.map((name) => `docs/${name}`),
    ].toSorted(),
  );
  const { dependencies } = JSON.parse(readFileSync(join(app, 'package.json'), 'utf8'));
  expect(dependencies).toBeUndefined();
});

it('has a time-out that its plan takes', () => {
  const plan = snapshot.predictedResources.find(
    ({ type }: Resource) => type === 'Microsoft.Web/serverfarms',
  );
  expect(plan?.sku?.name).toBe('FC1');
  // Unbounded: Flex Consumption takes it, Consumption would not.
  expect(JSON.parse(readFileSync(join(ROOT, 'dist/app/host.json'), 'utf8'))).toMatchObject({
    functionTimeout: '-1',
  });
});
