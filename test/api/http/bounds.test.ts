/**
 * Every function ends by itself in bounded time, whatever hangs: the host has no limit for them (`functionTimeout` is -1).
 */
import { readFile } from 'node:fs/promises';
import type { HttpRequest, InvocationContext } from '@azure/functions';
import { describe, expect, it } from 'vitest';
import { MESSAGE_MS_MAX, REQUEST_MS_MAX, TICK_MS_MAX } from '../../../src/core/function-limits.ts';
import { submitRun } from '../../../src/engine/commands/submit.ts';
import { checkSchema } from '../../../src/engine/store/schema.ts';
import { createHandler } from '../../../src/functions/runtime/http.ts';
import { createService } from '../../../src/functions/service.ts';
import { readSettings } from '../../../src/functions/settings/settings.ts';
import type { World } from '../../../src/ports/world.ts';
import { passTime } from '../../support/followers.ts';
import { memoryWorld, request } from '../../support/world.ts';
import { ADMIN } from '../support.ts';

const SETTINGS = readSettings({
  AzureWebJobsStorage: 'UseDevelopmentStorage=true',
  SLUICE_WEB_PUBSUB: 'Endpoint=http://127.0.0.1:1;AccessKey=a2V5;Version=1.0;',
  SLUICE_ADMIN_TOKEN: ADMIN,
  SLUICE_DEFAULT_POLICY: 'open',
});

type Trouble = { hangs: boolean };

const never = <T>(): Promise<T> => new Promise<T>(() => undefined);
async function* silence(): AsyncGenerator<never> {
  yield await never();
}

/** The same port, of which no call comes back while the trouble lasts. */
function hanging<T extends object>(port: T, trouble: Trouble): T {
  return new Proxy(port, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]): unknown => {
        if (trouble.hangs) return key === 'readLog' || key === 'watchPods' ? silence() : never();
        return Reflect.apply(value, target, args);
      };
    },
  });
}

const PORTS = {
  storage: (world: World, trouble: Trouble): World => ({
    ...world,
    store: hanging(world.store, trouble),
    blobs: hanging(world.blobs, trouble),
    queue: hanging(world.queue, trouble),
    dispatchQueue: hanging(world.dispatchQueue, trouble),
  }),
  cluster: (world: World, trouble: Trouble): World => ({
    ...world,
    clusters: {
      has: (connection) => world.clusters.has(connection),
      connect: (target) => hanging(world.clusters.connect(target), trouble),
    },
  }),
  hub: (world: World, trouble: Trouble): World => ({
    ...world,
    push: hanging(world.push, trouble),
  }),
};

/** Lets time pass in larger steps than `passTime`: there is nothing to see on the way. */
async function pass({ clock }: ReturnType<typeof memoryWorld>, ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 1_000) {
    await clock.advance(1_000);
    for (let turn = 0; turn < 5; turn++) await new Promise<void>((next) => setImmediate(next));
  }
}

const context = { invocationId: 'i-1', error: () => undefined } as unknown as InvocationContext;

/** A request as the runtime hands it over. */
function call(method: string, path: string, body?: object): HttpRequest {
  const headers = { authorization: `Bearer ${ADMIN}`, 'content-type': 'application/json' };
  const init = { method, headers, ...(body && { body: JSON.stringify(body) }) };
  return new Request(`http://localhost/api/v1/${path}`, init) as unknown as HttpRequest;
}

describe.each(Object.entries(PORTS))('while all calls to the %s hang', (_name, break_) => {
  it.each([
    ['a request that reads', 'http', () => call('GET', 'runs')],
    [
      'a request that waits',
      'http',
      (id: string) => call('GET', `runs/${id}/events?after=99&wait=25`),
    ],
    ['a start', 'http', () => call('POST', 'runs', request())],
    ['a cancel', 'http', (id: string) => call('POST', `runs/${id}/cancel`, {})],
    ['a negotiate', 'http', (id: string) => call('POST', 'negotiate', { run_ids: [id] })],
    ['the timer', 'tick', undefined],
    ['a follower', 'follow', undefined],
    ['a dispatch', 'dispatch', undefined],
  ] as const)('%s ends', async (_what, kind, make) => {
    const lines = Array.from({ length: 900 }, (_, second) => ({
      at: second * 1_000,
      text: 'line',
    }));
    const parts = memoryWorld({ script: () => ({ lines, endsAt: 900_000, exitCode: 0 }) });
    const trouble = { hangs: false };
    const world = break_(parts.world, trouble);
    await checkSchema(world);
    const service = createService(world, SETTINGS);
    const { run } = await submitRun(world, { domain: 'default', request: request() });
    const following = service.message(parts.queue.take()?.message);
    await passTime(parts, 2_000, 0);
    trouble.hangs = true;
    const { run_id, domain, target } = run;
    const calls = {
      http: () =>
        createHandler(async () => service)(make?.(run_id) ?? call('GET', 'runs'), context),
      tick: () => service.tick(),
      follow: () => following,
      dispatch: () => service.message({ kind: 'dispatch', run_ids: [run_id], domain, target }),
    };
    const bound = {
      http: REQUEST_MS_MAX,
      tick: TICK_MS_MAX,
      follow: MESSAGE_MS_MAX,
      dispatch: MESSAGE_MS_MAX,
    };
    const work = Promise.resolve(calls[kind]()).catch(() => undefined);
    const state = { ended: false };
    void work.then(() => (state.ended = true));
    for (let ms = 0; ms <= bound[kind] && !state.ended; ms += 10_000) await pass(parts, 10_000);
    expect(state.ended).toBe(true);
    if (kind === 'http') expect((await work) as object).toHaveProperty('status');
  });
});

it('the host has no limit of its own, at whose end it would restart the worker with all that runs', async () => {
  const host = JSON.parse(await readFile(new URL('../../../host.json', import.meta.url), 'utf8'));
  expect(host.functionTimeout).toBe('-1');
});
