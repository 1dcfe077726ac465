import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { WebSocket } from 'ws';
import { build } from '../../../src/build/build.ts';
import { createClient, type RunEvent } from '../../../src/client/index.ts';
import { startAzurite } from '../../../src/dev/azurite.ts';
import { PATIENCE } from '../../support/patience.ts';
import { commandOf, descendantsOf } from '../stack/processes.ts';
import { gone } from '../support/stack.ts';
import { claim, cluster, command, startStandalone } from '../support/standalone.ts';

beforeAll(async () => {
  await build();
});

const outside =
  Object.values(networkInterfaces())
    .flat()
    .find((each) => each?.family === 'IPv4' && !each.internal)?.address ?? '127.0.0.1';

const keyOf = (dir: string, name: string): string =>
  readFileSync(join(dir, 'keys', name), 'utf8').trim();

async function azurite(): Promise<Record<string, string>> {
  const storage = await startAzurite();
  onTestFinished(() => storage.close());
  return { AzureWebJobsStorage: storage.connectionString };
}

/** Numbered lines, slowly enough that something can happen in between. */
const script = (lines: number): string =>
  `i=0; while [ $i -lt ${lines} ]; do i=$((i+1)); echo "line $i"; sleep 0.05; done`;
const numbers = (count: number): string[] =>
  Array.from({ length: count }, (_line, index) => `line ${index + 1}`);
const linesOf = (events: readonly RunEvent[]): string[] =>
  events.flatMap((event) => (event.type === 'log' ? event.data.lines : [])).map((l) => l.message);
const job = (lines: number) => ({
  pipeline: 'lines',
  container: { image: 'busybox:1.37', command: ['sh', '-c', script(lines)] },
});

/** Where the processes of a tree listen, as the kernel tells. */
function listeners(pid: number): string[] {
  const inodes = [pid, ...descendantsOf(pid)].flatMap((each) =>
    readdirSync(`/proc/${each}/fd`).flatMap((fd) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${each}/fd/${fd}`))?.[1] ?? [];
      } catch {
        return [];
      }
    }),
  );
  return ['tcp', 'tcp6'].flatMap((table) =>
    readFileSync(`/proc/net/${table}`, 'utf8')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter(([, , , state, , , , , , inode]) => state === '0A' && inodes.includes(inode ?? ''))
      .map(([, local = '']) => local),
  );
}

const status = async (url: string, init: RequestInit = {}): Promise<number> =>
  (await fetch(url, init)).status;

describe('a standalone installation', () => {
  it('has one port, tokens, and its admin API inside, on storage of Azure', async () => {
    const dir = claim();
    const env = { ...(await azurite()), ...(await cluster()) };
    const { pid, port, output } = await startStandalone(dir, env);
    const base = `http://${outside}:${port}`;
    await vi.waitFor(async () => expect(await status(`${base}/health/ready`)).toBe(200), PATIENCE);

    const open = listeners(pid).filter((local) => !/^0100007F:|^0+10*:/.test(local));
    expect(open.map((local) => Number.parseInt(local.split(':')[1] ?? '', 16))).toEqual([port]);

    for (const path of ['api/v1/runs', 'metrics', 'api/v1/tokens', 'api/v1/targets'])
      expect(await status(`${base}/${path}`)).toBe(401);
    const headers = { 'x-functions-key': keyOf(dir, 'host-master-key') };
    expect(await status(`${base}/admin/functions`, { headers })).toBe(404);
    expect(await status(`http://127.0.0.1:${port}/admin/functions`)).toBe(401);
    expect(await status(`http://127.0.0.1:${port}/admin/functions`, { headers })).toBe(200);
    expect(
      await status(`${base}/api/hubs/sluice/:send?api-version=2024-12-01`, { method: 'POST' }),
    ).toBe(404);
    const body = 'x'.repeat(9_000_000);
    expect(await status(`${base}/api/v1/runs`, { method: 'POST', body })).toBe(413);

    for (const name of ['admin-token', 'host-master-key', 'web-pubsub-key'])
      expect(output()).not.toContain(keyOf(dir, name));
    const printed = command(['admin-token', '--data', dir], {});
    expect(await printed.exit).toBe(0);
    expect(printed.output().trim()).toBe(keyOf(dir, 'admin-token'));
    const client = createClient({ url: base, token: keyOf(dir, 'admin-token') });
    expect(await client.listRuns()).toMatchObject({ runs: [] });
  });

  it('brings lines to a WebSocket at the same port, also after each of its parts was killed', async () => {
    const dir = claim();
    const env = await cluster();
    const { pid, port } = await startStandalone(dir, env);
    const url = `http://${outside}:${port}`;
    const token = keyOf(dir, 'admin-token');
    const client = createClient({ url, token });
    const live = async (runId: string) => {
      const answer = await fetch(`${url}/api/v1/negotiate`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ run_ids: [runId] }),
      });
      const address = ((await answer.json()) as { url: string }).url;
      expect(address).toMatch(`ws://${outside}:${port}/client/hubs/sluice?`);
      const socket = new WebSocket(address, ['json.webpubsub.azure.v1']);
      onTestFinished(() => socket.terminate());
      const messages: string[] = [];
      socket.on('message', (data: Buffer) => messages.push(data.toString()));
      await once(socket, 'open');
      return { messages, closed: once(socket, 'close') };
    };
    const part = (name: string): number => {
      const found = descendantsOf(pid).find((each) => commandOf(each).includes(name));
      if (found === undefined) throw new Error(`no ${name} runs`);
      return found;
    };

    const { run_id } = await client.startRun(job(200));
    const watched = (async () => {
      const events: RunEvent[] = [];
      for await (const event of client.watch(run_id)) events.push(event);
      return events;
    })();
    const hears = (socket: { messages: string[] }) =>
      vi.waitUntil(() => socket.messages.some((text) => text.includes('"line ')), PATIENCE);
    const first = await live(run_id);
    await hears(first);
    const webPubSub = part('web-pubsub.js');
    process.kill(webPubSub, 'SIGKILL');
    await first.closed;
    await vi.waitUntil(
      () => descendantsOf(pid).some((each) => commandOf(each).includes('web-pubsub.js')),
      PATIENCE,
    );
    const second = await vi.waitFor(() => live(run_id), PATIENCE);
    await hears(second);
    process.kill(part('sqlite/main.js'), 'SIGKILL');
    process.kill(part('functions-host/main.js'), 'SIGKILL');
    await second.closed;
    const third = await vi.waitFor(() => live(run_id), PATIENCE);
    await hears(third);
    expect(linesOf(await watched)).toEqual(numbers(200));
  });

  it('loses nothing when its container is killed, and ends in order when it is told to', async () => {
    const dir = claim();
    const env = await cluster();
    const before = await startStandalone(dir, env);
    const token = keyOf(dir, 'admin-token');
    const clientAt = (port: number) => createClient({ url: `http://127.0.0.1:${port}`, token });
    const { run_id } = await clientAt(before.port).startRun(job(120));
    for await (const event of clientAt(before.port).watch(run_id)) if (event.type === 'log') break;
    const family = [before.pid, ...descendantsOf(before.pid)];
    for (const each of family) process.kill(each, 'SIGKILL');
    await gone(family);

    const after = await startStandalone(dir, env);
    expect(keyOf(dir, 'admin-token')).toBe(token);
    const events: RunEvent[] = [];
    for await (const event of clientAt(after.port).watch(run_id)) events.push(event);
    expect(linesOf(events)).toEqual(numbers(120));
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_event, index) => index + 1));

    const left = descendantsOf(after.pid);
    expect(left.length).toBeGreaterThanOrEqual(2);
    after.kill('SIGTERM');
    expect(await after.exit).toBe(0);
    await gone(left);
  });

  it.each([
    ['it is to be open', { SLUICE_OPEN_MODE: 'true' }, 'it demands tokens'],
    [
      'a proxy is no network',
      { SLUICE_TRUSTED_PROXIES: 'ingress', AzureWebJobsStorage: 'x' },
      "'ingress' is no network",
    ],
  ])('does not start when %s', async (_name, env: Record<string, string>, why) => {
    const { exit, output } = command(['--data', claim(), '--port', '0'], env);
    expect(await exit).toBe(1);
    expect(output()).toContain(why);
  });
});
