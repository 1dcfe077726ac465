/** The client has a method for each operation of the document, and each method asks for an operation of it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Client, createClient, JsonText } from '../../src/client/index.ts';

type Document = {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { operationId?: string }>>>>;
};
const document = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../src/api/openapi/openapi.json'), 'utf8'),
) as Document;

/** Paths of nextflow-k8s-service have clients of their own; a probe's, a scraper's and a driver's are for programs of another kind. */
const NOT_OURS = /^(legacy|ingest|live$|ready$|health|metrics$)/;
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).flatMap(([method, { operationId = '' }]) =>
    operationId === '' || NOT_OURS.test(operationId) ? [] : [{ path, method, operationId }],
  ),
);

/** Each operation with the calls that ask for it. */
const CALLS: Readonly<Record<string, readonly ((client: Client) => unknown)[]>> = {
  startRun: [
    (c) => c.startRun({ pipeline: 'x' }),
    (c) => c.dryRun({ pipeline: 'x' }),
    (c) => c.dryRunText({ pipeline: 'x' }),
  ],
  listRuns: [(c) => c.listRuns()],
  getRun: [(c) => c.getRun('r'), (c) => c.getRunText('r')],
  resumeRun: [(c) => c.resumeRun('r'), (c) => c.dryRunAgainText('resume', 'r')],
  rerunRun: [(c) => c.rerun('r'), (c) => c.dryRunAgainText('rerun', 'r')],
  patchRun: [(c) => c.patchRun('r', { priority: 1 })],
  deleteRun: [(c) => c.deleteRun('r')],
  cancelRun: [(c) => c.cancelRun('r')],
  confirmRunGone: [(c) => c.confirmGone('r')],
  holdRun: [(c) => c.holdRun('r', true)],
  readEvents: [(c) => c.events('r'), (c) => c.eventBytes('r'), (c) => c.watch('r').next()],
  readLog: [(c) => c.log('r'), (c) => c.logStream('r')],
  listFiles: [(c) => c.files('r')],
  readFile: [(c) => c.file('r', 'reports/report.html')],
  listTasks: [(c) => c.tasks('r')],
  getTask: [(c) => c.task('r', '1')],
  readTaskLog: [(c) => c.taskLog('r', '1')],
  readTrace: [(c) => c.trace('r')],
  listLanes: [(c) => c.listLanes()],
  getLane: [(c) => c.getLane('l')],
  putLane: [(c) => c.putLane('l', {})],
  deleteLane: [(c) => c.deleteLane('l')],
  negotiate: [(c) => c.negotiate()],
  listPipelines: [(c) => c.pipelines.list()],
  createPipeline: [(c) => c.pipelines.create(new JsonText('{}'))],
  getPipeline: [
    (c) => c.pipelines.get('p'),
    (c) => c.pipelines.getText('p'),
    (c) => c.pipelines.getVersioned('p'),
  ],
  changePipeline: [(c) => c.pipelines.putText('p', new JsonText('{}'))],
  deletePipeline: [(c) => c.pipelines.delete('p')],
  listPipelineVersions: [(c) => c.listPipelineVersions('p')],
  getPipelineVersion: [
    (c) => c.getPipelineVersion('p', 1),
    (c) => c.getPipelineVersionText('p', 1),
  ],
  listTargets: [(c) => c.targets.list()],
  createTarget: [(c) => c.targets.create(new JsonText('{}'))],
  getTarget: [
    (c) => c.targets.get('t'),
    (c) => c.targets.getText('t'),
    (c) => c.targets.getVersioned('t'),
  ],
  checkTarget: [(c) => c.targets.check('t')],
  changeTarget: [(c) => c.targets.putText('t', new JsonText('{}'))],
  deleteTarget: [(c) => c.targets.delete('t')],
  getPolicy: [(c) => c.policies.get('d'), (c) => c.policies.getVersioned('d')],
  putPolicy: [(c) => c.policies.put('d', { catalogue_only: true, lanes: 'any' })],
  createToken: [(c) => c.tokens.create({ name: 'n', scopes: [] })],
  listTokens: [(c) => c.tokens.list()],
  getToken: [(c) => c.tokens.get('t')],
  revokeToken: [(c) => c.tokens.revoke('t')],
  rotateToken: [(c) => c.tokens.rotate('t')],
  whoami: [(c) => c.tokens.whoami()],
  listDomains: [(c) => c.domains.list()],
  getDomain: [(c) => c.domains.get('d'), (c) => c.domains.getVersioned('d')],
  putDomain: [(c) => c.domains.put('d', {})],
  deleteDomain: [(c) => c.domains.delete('d')],
  readAudit: [(c) => c.audit()],
  signIn: [(c) => c.signIn()],
};

test('each operation has a method', () => {
  expect(operations.length).toBeGreaterThan(35);
  expect(Object.keys(CALLS).toSorted()).toEqual(
    operations.map(({ operationId }) => operationId).toSorted(),
  );
});

/** Names of all methods, those of a group with its name. */
function methodsOf(client: Client): readonly string[] {
  return Object.entries(client).flatMap(([name, value]) =>
    typeof value === 'function' ? [name] : Object.keys(value).map((inner) => `${name}.${inner}`),
  );
}

/** Their operations come with the next change. */
const COMING = ['taskLog'];

test('there is no method that no call here uses', () => {
  const used = Object.values(CALLS).flat().map(String).join('\n');
  // Twice the same operation: JavaScript values in place of text, and what negotiates when it is used.
  const twins = new Set(['pipelines.put', 'targets.put', 'watchRuns', ...COMING]);
  const client = createClient({ url: 'http://127.0.0.1' });
  const unused = methodsOf(client).filter(
    (name) => !twins.has(name) && !used.includes(`c.${name}(`),
  );
  expect(unused).toEqual([]);
});

test.each(operations)(
  '$operationId asks for $method $path',
  async ({ path, method, operationId }) => {
    const pattern = new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`);
    for (const call of CALLS[operationId] ?? []) {
      const asked: string[] = [];
      const client = createClient({
        url: 'http://127.0.0.1',
        push: false,
        fetch: async (address, init) => {
          asked.push(`${init?.method} ${new URL(new Request(address).url).pathname}`);
          const code = { code: 'forbidden', detail: 'enough' };
          return new Response(JSON.stringify(code), { status: 403 });
        },
      });
      await Promise.resolve(call(client)).catch(() => undefined);
      const [asMethod, asPath = ''] = asked[0]?.split(' ') ?? [];
      expect(asMethod?.toLowerCase()).toBe(method);
      expect(asPath).toMatch(pattern);
    }
  },
);
