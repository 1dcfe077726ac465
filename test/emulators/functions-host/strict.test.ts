/** The host as the real one is, with what that does badly: the app in a process of its own, and requests that hang. */
import http, { type IncomingMessage } from 'node:http';
import { fileURLToPath } from 'node:url';
import { type QueueClient, QueueServiceClient } from '@azure/storage-queue';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { HostLogLine } from '../../../src/emulators/functions-host/log.ts';
import {
  type Supervised,
  supervise,
} from '../../../src/emulators/functions-host/process/supervisor.ts';
import { startQueueService } from '../../support/host/azurite-queue.ts';
import { until } from '../../support/host/until.ts';

const appDir = fileURLToPath(new URL('../../support/host/strict', import.meta.url));

let storage: Awaited<ReturnType<typeof startQueueService>>;
let service: QueueServiceClient;
let queue: QueueClient;
let poison: QueueClient;
let queues = 0;
const lines: HostLogLine[] = [];
let host: Supervised;

beforeAll(async () => {
  storage = await startQueueService();
  service = QueueServiceClient.fromConnectionString(storage.connection);
});
afterAll(() => storage.stop());
beforeEach(() => {
  lines.length = 0;
  queue = service.getQueueClient(`strict-${(queues += 1)}`);
  poison = service.getQueueClient(`${queue.name}-poison`);
});
afterEach(() => host.close());

/** At a hundredth of the real times. */
async function start(
  settings: Record<string, string> = {},
  times: { readonly strict?: number; readonly forwardIdleMs?: number } = {},
): Promise<void> {
  await queue.createIfNotExists();
  host = await supervise({
    appDir,
    strict: 0.01,
    ...times,
    settings: { QUEUE: queue.name, STORAGE: storage.connection, ...settings },
    log: (line) => lines.push(line),
  });
}
const LIMIT = { AzureFunctionsJobHost__functionTimeout: '00:00:03' };
const NEVER = { forwardIdleMs: 3_600_000 };

const get = (path: string, init: RequestInit = {}) => fetch(`${host.url()}/api/${path}`, init);
const workerPid = async (): Promise<number> =>
  ((await (await get('pid')).json()) as { pid: number }).pid;
const logged = (pattern: RegExp): number =>
  lines.filter(({ message }) => pattern.test(message)).length;
const running = (name: string) =>
  until(() => expect(logged(new RegExp(`^Executing 'Functions.${name}'`))).toBeGreaterThan(0));

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Requests that are answered one after the other: what is not answered by then hangs. */
async function othersAreAnswered(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) expect((await get('pid')).status).toBe(200);
}

describe('the worker of a strict host', () => {
  /** Another worker answers, and the host is the same. */
  async function isReplaced(hostPid: number | undefined, before: number): Promise<void> {
    await until(async () => expect(await workerPid()).not.toBe(before));
    expect(host.pid()).toBe(hostPid);
    expect(host.restarts).toBe(0);
    await until(() => expect(isAlive(before)).toBe(false));
  }

  it('is a process of its own', async () => {
    await start();
    expect(await workerPid()).not.toBe(host.pid());
    expect(lines.map(({ message }) => message)).toContain(`Host started at ${host.url()}`);
  });

  it.each(['waits', 'blocks'])(
    'is replaced when a function goes over its time, with all that runs on it: %s',
    async (name) => {
      await start(LIMIT, NEVER);
      const [hostPid, before] = [host.pid(), await workerPid()];
      const stream = await get('endless');
      const late = get(name);
      expect((await late).status).toBe(500);
      await expect(stream.text()).rejects.toThrow();
      await isReplaced(hostPid, before);
      // The stream went over its time too, on the worker that is gone.
      const after = await workerPid();
      await othersAreAnswered();
      expect(await workerPid()).toBe(after);
    },
  );

  it('is replaced when it crashes: requests fail, messages come back with their count raised', async () => {
    await start();
    const [hostPid, before] = [host.pid(), await workerPid()];
    await queue.sendMessage(Buffer.from('{"id":"a","waits":true}').toString('base64'));
    await until(() => expect(logged(/^took a for the time 1$/)).toBe(1));
    const [stream, waiting] = [await get('endless'), get('waits')];
    await running('waits');
    expect((await get('exits')).status).toBe(500);
    expect((await waiting).status).toBe(500);
    await expect(stream.text()).rejects.toThrow();
    await isReplaced(hostPid, before);
    await until(() => expect(logged(/^took a for the time 2$/)).toBe(1));
    expect(logged(/The worker process ended \(exit code 3\); starting another/)).toBe(1);
  });

  it('that crashes often enough sends innocent messages to the poison queue', async () => {
    await start();
    const body = Buffer.from('{"id":"innocent","waits":true}').toString('base64');
    await queue.sendMessage(body);
    for (let count = 1; count <= 3; count += 1) {
      await until(() =>
        expect(logged(new RegExp(`^took innocent for the time ${count}$`))).toBe(1),
      );
      await get('exits');
    }
    await until(async () => {
      const { peekedMessageItems } = await poison.peekMessages();
      expect(peekedMessageItems.map(({ messageText }) => messageText)).toEqual([body]);
    });
  });

  it('ends soon after its host was killed, without its hooks', async () => {
    await start();
    const worker = await workerPid();
    process.kill(host.pid() ?? 0, 'SIGKILL');
    await until(() => expect(isAlive(worker)).toBe(false));
    expect(logged(/goodbye/)).toBe(0);
    await until(async () => expect(await workerPid()).not.toBe(worker));
    expect(host.restarts).toBe(1);
  });
});

describe('requests to a strict host hang', () => {
  /** Not answered while others are, and with 500 when the worker is replaced, as it is once the function is over its time. */
  async function hangs(path: string, headers: Record<string, string>): Promise<void> {
    await start({}, NEVER);
    let status = 0;
    const request = http.get(`${host.url()}/api/${path}`, { headers });
    const answered = new Promise<number>((resolve, reject) => {
      request.on('response', ({ statusCode = 0 }) => resolve((status = statusCode)));
      request.on('error', reject);
    });
    await running(path);
    await othersAreAnswered();
    expect(status).toBe(0);
    process.kill(await workerPid(), 'SIGKILL');
    expect(await answered).toBe(500);
  }

  it('for a header with UTF-8 outside ASCII', () =>
    hangs('headers', { referer: Buffer.from('http://a/ü').toString('latin1') }));

  it('for headers over the 16 KB of the worker', () =>
    hangs('headers', { 'x-long': 'x'.repeat(20_000) }));

  it('but not for long headers when the worker may take them, nor for an invocation id', async () => {
    await start({ languageWorkers__node__arguments: '--max-http-header-size=65536' });
    const headers = { 'x-long': 'x'.repeat(20_000), 'x-ms-invocation-id': 'mine' };
    const answer = (await (await get('headers', { headers })).json()) as { long: number };
    expect(answer.long).toBe(20_000);
  });

  it.each(['throws', 'nothing', 'breaks'])('when the function %s', async (name) => {
    await start({}, NEVER);
    const ending = get(name).then((response) => response.text());
    let ended = false;
    ending.then(
      () => (ended = true),
      () => (ended = true),
    );
    await running(name);
    await othersAreAnswered();
    expect(ended).toBe(false);
    process.kill(await workerPid(), 'SIGKILL');
    await ending.catch(() => undefined);
  });

  it('until the limit: a failure is 500 then, half an answer and none are cut', async () => {
    await start();
    const failed = await get('throws');
    expect([failed.status, await failed.text()]).toEqual([500, '']);
    await expect(get('nothing')).rejects.toThrow();
    const half = await get('breaks');
    await expect(half.text()).rejects.toThrow();
    expect(logged(/^Executed 'Functions.breaks' \(Failed/)).toBe(1);
  });

  it('for as long as a body shorter than its length keeps the connection: it is cut', async () => {
    await start();
    await expect((await get('short')).text()).rejects.toThrow();
  });

  it('but not for a body over the limit, which is 500 without a word', async () => {
    await start({ FUNCTIONS_REQUEST_BODY_SIZE_LIMIT: '1000' });
    const answer = await get('early', { method: 'POST', body: 'x'.repeat(1_001) });
    expect([answer.status, await answer.text()]).toEqual([500, '']);
  });

  it('while the client still sends', async () => {
    await start();
    const request = http.request(`${host.url()}/api/early`, { method: 'POST' });
    let answer: IncomingMessage | undefined;
    const answered = new Promise<void>((resolve) => {
      request.on('response', (response) => {
        answer = response;
        resolve();
      });
    });
    request.write('some');
    await running('early');
    await othersAreAnswered();
    expect(answer).toBeUndefined();
    request.end('more');
    await answered;
    expect(answer?.statusCode).toBe(403);
    answer?.resume();
  });
});

describe('a strict host is told to end', () => {
  it('by SIGTERM, and serves on', async () => {
    await start();
    const pid = host.pid() ?? 0;
    process.kill(pid, 'SIGTERM');
    await othersAreAnswered();
    expect(host.pid()).toBe(pid);
  });

  it('by SIGINT: no new connections, then streams are reset, then queues are left, then the hooks run', async () => {
    await start({}, { strict: 0.03 });
    const stream = await get('endless');
    const url = host.url();
    const order: string[] = [];
    const broken = stream.text().catch(() => order.push('stream'));
    process.kill(host.pid() ?? 0, 'SIGINT');
    await until(async () => {
      const refused = await fetch(`${url}/api/pid`, { headers: { connection: 'close' } }).then(
        () => false,
        () => true,
      );
      expect(refused).toBe(true);
    });
    await queue.sendMessage(Buffer.from('{"id":"late"}').toString('base64'));
    await until(() => expect(logged(/^took late/)).toBe(1));
    await broken;
    await until(() => expect(logged(/goodbye/)).toBe(1));
    expect(order).toEqual(['stream']);
    await until(() => expect(host.restarts).toBe(1));
  });

  it('by a storage that refuses for a while', async () => {
    const other = await startQueueService();
    await start({ STORAGE: other.connection });
    await other.stop();
    await until(() => expect(host.restarts).toBeGreaterThan(0));
    expect(logged(/Stopping: storage refuses/)).toBeGreaterThan(0);
  });
});
