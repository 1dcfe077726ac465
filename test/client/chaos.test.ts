/** The client with the real SDKs on both sides of the Web PubSub emulator, under faults. */
import { setTimeout as sleep } from 'node:timers/promises';
import { decodeJwt, SignJWT } from 'jose';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type Client, createClient, type WatchState } from '../../src/client/index.ts';
import { defaultRuntime, type Runtime } from '../../src/client/runtime.ts';
import { connectWebPubSub } from '../../src/client/watch/web-pubsub.ts';
import type { RunEvent } from '../../src/core/events/event.ts';
import type { WebPubSub } from '../../src/emulators/web-pubsub/service.ts';
import { restClient, start } from '../emulators/web-pubsub/support.ts';
import { PATIENCE } from '../support/patience.ts';
import { dice, event, RUN } from './client-world.ts';

const GROUP = `default.run.${RUN}`;
const TOTAL = 600;

/** The client's own waiting times, a tenth as long. */
const hasty: Runtime = {
  ...defaultRuntime,
  now: () => defaultRuntime.now() * 10,
  sleep: (ms, signal) => defaultRuntime.sleep(ms / 10, signal),
};

/** Nothing that comes after ten seconds comes at all: neither the end of a silence nor the next try of a fallback. */
const prompt: Runtime = {
  ...defaultRuntime,
  sleep: (ms, signal) => defaultRuntime.sleep(ms < 10_000 ? ms : 2 ** 30, signal),
};

/** The API's events and negotiate routes over a list in memory, as a `fetch`. */
function api(service: WebPubSub, log: RunEvent[], random: () => number, backfill: boolean) {
  const calls = { events: 0, negotiate: 0 };
  const handle = async (url: URL, headers: Headers): Promise<Response> => {
    if (url.pathname.endsWith('/negotiate')) {
      calls.negotiate += 1;
      const access = { userId: 'viewer', groups: [GROUP] };
      const { url: address } = await restClient(service).getClientAccessToken(access);
      return Response.json({ url: address, groups: [GROUP], expires_at: '' });
    }
    calls.events += 1;
    if (headers.get('accept')?.includes('event-stream')) return new Response(null, { status: 502 });
    if (!backfill) return Response.json({ events: [], last_seq: 0, complete: false });
    if (random() < 0.2) return Response.json({ code: 'unavailable' }, { status: 503 });
    const after = Number(url.searchParams.get('after'));
    const limit = Number(url.searchParams.get('limit'));
    await sleep(random() * 20);
    return Response.json({
      events: log.slice(after, after + limit),
      last_seq: log.length,
      complete: log.length === TOTAL,
    });
  };
  const fetch: typeof globalThis.fetch = async (input, init) =>
    handle(new URL(input instanceof Request ? input.url : input), new Headers(init?.headers));
  return { fetch, calls };
}

const KEY = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789ABCDEFGH';

/** The address with its token made to end so many seconds from now; as it is without a number. */
async function withLife(address: string, seconds: number | undefined): Promise<string> {
  if (seconds === undefined) return address;
  const url = new URL(address);
  const exp = Math.floor(Date.now() / 1_000) + seconds;
  const payload = { ...decodeJwt(url.searchParams.get('access_token') ?? ''), exp };
  const token = new SignJWT(payload).setProtectedHeader({ alg: 'HS256' });
  url.searchParams.set('access_token', await token.sign(new TextEncoder().encode(KEY)));
  return url.href;
}

function view(client: Client, after = 0) {
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const states: WatchState[] = [];
  const viewer = { seqs: [] as number[], states, done: false };
  void (async () => {
    const onState = (state: WatchState): number => states.push(state);
    for await (const one of client.watch(RUN, { after, signal: stop.signal, onState })) {
      viewer.seqs.push(one.seq);
    }
    viewer.done = true;
  })();
  return viewer;
}

/** Writes and publishes the whole log in about two seconds, with everything going wrong. */
async function chaos(seed: number, backfill: boolean) {
  const service = await start();
  const rest = restClient(service).group(GROUP);
  const random = dice(seed);
  const log: RunEvent[] = [];
  const { fetch, calls } = api(service, log, random, backfill);
  const client = () => createClient({ url: 'http://localhost', fetch, runtime: hasty });
  const viewers = [view(client()), view(client()), view(client())];
  await vi.waitFor(() => expect(service.connections()).toHaveLength(3), PATIENCE);
  service.faults.losePublishes(0.15);
  const publish = async (message: unknown): Promise<void> => {
    await sleep(random() < 0.2 ? random() * 150 : 0);
    await rest.sendToAll(message as object).catch(() => undefined);
  };
  let restarting: Promise<void> | undefined;
  for (let step = 0; log.length < TOTAL; step += 1) {
    const from = log.length;
    for (let n = 1 + random() * 5; n >= 1 && log.length < TOTAL; n -= 1) {
      log.push(event(log.length + 1, TOTAL));
    }
    const message = { events: log.slice(from) };
    void publish(message);
    if (random() < 0.1) void publish(message);
    if (step % 40 === 20) service.faults.dropAllSockets();
    if (step === 70) restarting = service.faults.restart(200);
    if (step === 110) viewers.push(view(client(), 25));
    await sleep(8);
  }
  await restarting;
  return { service, viewers, calls, rest };
}

const numbers = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

describe('watch with the real Web PubSub client', () => {
  it.each([1, 2])(
    'loses and doubles nothing when sockets are cut, the service restarts and messages are lost, doubled and reordered (seed %i)',
    async (seed) => {
      const { service, viewers, calls } = await chaos(seed, true);
      await vi.waitFor(() => expect(viewers.every((viewer) => viewer.done)).toBe(true), PATIENCE);
      for (const [index, viewer] of viewers.entries()) {
        expect(viewer.seqs).toEqual(numbers(index === 3 ? 26 : 1, TOTAL));
        expect(viewer.states).toContain('live');
      }
      expect(calls.negotiate).toBeGreaterThan(viewers.length);
      await vi.waitFor(() => expect(service.connections()).toEqual([]), PATIENCE);
    },
  );

  it('misses events in the same chaos when it may not read the history', async () => {
    const { viewers } = await chaos(1, false);
    await sleep(1_000);
    expect(viewers.every((viewer) => viewer.done)).toBe(false);
    expect(Math.min(...viewers.map((viewer) => viewer.seqs.length))).toBeLessThan(TOTAL / 2);
  });

  it('notices the end by the notices after it when the last message is lost', async () => {
    const service = await start();
    const log: RunEvent[] = [];
    const { fetch } = api(service, log, () => 1, true);
    const viewer = view(createClient({ url: 'http://localhost', fetch }));
    await vi.waitFor(() => expect(viewer.states).toContain('live'), PATIENCE);
    for (let seq = 1; seq <= TOTAL; seq += 1) log.push(event(seq, TOTAL));
    const head = { run_id: RUN, last_seq: TOTAL, complete: true };
    await restClient(service).group(GROUP).sendToAll({ head });
    await vi.waitFor(() => expect(viewer.done).toBe(true), PATIENCE);
    expect(viewer.seqs).toEqual(numbers(1, TOTAL));
  });

  it('goes on over HTTP at once when the connection drops and no other can be made', async () => {
    const service = await start();
    const log: RunEvent[] = [];
    const { fetch } = api(service, log, () => 1, true);
    const viewer = view(createClient({ url: 'http://localhost', fetch, runtime: prompt }));
    await vi.waitFor(() => expect(viewer.states).toContain('live'), PATIENCE);
    service.faults.refuseNextConnections(1_000, 503);
    service.faults.dropAllSockets();
    for (let seq = 1; seq <= TOTAL; seq += 1) log.push(event(seq, TOTAL));
    await vi.waitFor(() => expect(viewer.done).toBe(true), PATIENCE);
    expect(viewer.seqs).toEqual(numbers(1, TOTAL));
  });

  it('comes back with a new token when the one that it had has expired', async () => {
    const service = await start({ accessKey: KEY });
    const log: RunEvent[] = [];
    const all = api(service, log, () => 1, true);
    // The service allows clocks 5 minutes: the first token is good for some seconds, the next one no more.
    const lives = [-290, -600];
    const tokens: string[] = [];
    const fetch: typeof globalThis.fetch = async (input, init) => {
      const response = await all.fetch(input, init);
      const { url: asked } = input instanceof Request ? input : { url: String(input) };
      if (!asked.endsWith('/negotiate')) return response;
      const negotiated = (await response.json()) as { readonly url: string };
      const url = await withLife(negotiated.url, lives.shift());
      tokens.push(url);
      return Response.json({ ...negotiated, url });
    };
    const viewer = view(createClient({ url: 'http://localhost', fetch, runtime: hasty }));
    await vi.waitFor(() => expect(viewer.states).toContain('live'), PATIENCE);
    await vi.waitFor(() => expect(service.connections()).toHaveLength(1), PATIENCE);
    await service.faults.restart(200);
    await vi.waitFor(() => expect(service.connections()).toHaveLength(1), PATIENCE);
    expect(new Set(tokens).size).toBeGreaterThanOrEqual(3);
    log.push(event(1, TOTAL));
    await restClient(service).group(GROUP).sendToAll({ events: log });
    await vi.waitFor(() => expect(viewer.seqs).toEqual([1]), PATIENCE);
  });

  it('leaves no connection when it is closed between the request for it and its opening', async () => {
    const service = await start();
    const { url } = await restClient(service).getClientAccessToken({ groups: [GROUP] });
    const heard: string[] = [];
    const connection = connectWebPubSub({
      negotiate: () => {
        // The socket exists by then, and is not open yet.
        setImmediate(() => connection.close());
        return Promise.resolve({ url, groups: [], expires_at: '' });
      },
      onOpen: () => heard.push('open'),
      onMessage: () => heard.push('message'),
      onClosed: () => heard.push('closed'),
    });
    await sleep(300);
    expect(service.connections()).toEqual([]);
    expect(heard).toEqual(['closed']);
  });

  it('leaves no connection when it is stopped while one is being made or recovered', async () => {
    const service = await start();
    const { fetch } = api(service, [event(1, TOTAL)], () => 1, true);
    const stop = new AbortController();
    const client = createClient({ url: 'http://localhost', fetch });
    const first = client.watch(RUN, { signal: stop.signal });
    await first.next();
    stop.abort();
    // A connection that nobody closes would show up a moment later.
    await sleep(300);
    expect(service.connections()).toEqual([]);

    const second = client.watch(RUN);
    await second.next();
    await vi.waitFor(() => expect(service.connections()).toHaveLength(1), PATIENCE);
    service.faults.refuseNextConnections(1, 503);
    service.faults.dropAllSockets();
    await sleep(300);
    await second.return?.();
    // The library tries to recover once a second.
    await sleep(1_500);
    expect(service.connections().filter(({ open }) => open)).toEqual([]);
  });
});
