/** A handler learns that its client is gone, through the host and the library that serves it. */
import { channel } from 'node:diagnostics_channel';
import { type AddressInfo, Server } from 'node:net';
import { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  ANSWER_BUFFER_BYTES,
  ANSWER_MS,
  ANSWER_STALLED_MS,
} from '../../src/core/function-limits.ts';
import { createHost, type Host } from '../../src/emulators/functions-host/host.ts';
import { connectionOf } from '../../src/functions/runtime/client-connection.ts';
import { PATIENCE } from '../support/patience.ts';

const appDir = fileURLToPath(new URL('../support/host/disconnect', import.meta.url));
const gone = (): readonly string[] =>
  (globalThis as unknown as Record<symbol, string[]>)[Symbol.for('host-test:gone')] ?? [];

let host: Host;
let inner: AddressInfo | undefined;
beforeAll(async () => {
  const listen = vi.spyOn(Server.prototype, 'listen');
  host = await createHost({ appDir, settings: {}, log: () => undefined });
  const addresses = listen.mock.contexts.map((server) => (server as Server).address());
  listen.mockRestore();
  inner = (addresses as AddressInfo[]).find(({ port }) => port !== host.port);
});
afterAll(async () => host?.close({ drainMs: 100 }));

/** Opens an answer without an end, reads its beginning, and leaves. */
async function leave(path: string, init: RequestInit = {}): Promise<void> {
  const client = new AbortController();
  const response = await fetch(`${host.url}${path}`, { ...init, signal: client.signal });
  await response.body?.getReader().read();
  expect(gone()).not.toContain(path);
  client.abort();
}

it('aborts the request of a reader that leaves; not one that has its answer, nor one that changes something', async () => {
  expect(await (await fetch(`${host.url}/api/whole`)).text()).toBe('whole');
  await leave('/api/change', { method: 'POST', body: 'x' });
  await leave('/api/first');
  await vi.waitFor(() => expect(gone()).toEqual(['/api/first']), PATIENCE);
  // Told in order: the others would have come before.
  await leave('/api/second');
  await vi.waitFor(() => expect(gone()).toEqual(['/api/first', '/api/second']), PATIENCE);
});

it('has the server of the library take all headers that the host takes: a request that it refuses hangs there', async () => {
  const headers = { referer: 'x'.repeat(40_000) };
  const { status } = await fetch(`http://127.0.0.1:${inner?.port}/`, { headers });
  // No invocation has this request; too large would be 431.
  expect(status).toBe(404);
});

describe('an answer to a client', () => {
  /** Sends an endless body as the library does, to a client that takes what is there every minute, or never. */
  function send(takes: boolean) {
    const take = (done: () => void) => takes && setTimeout(done, 60_000);
    const response = new Writable({
      highWaterMark: 1,
      write: (_chunk, _encoding, done) => take(done),
      writev: (_chunks, done) => take(done),
    });
    const request = { headers: { 'x-ms-invocation-id': 'slow' } };
    channel('http.server.request.start').publish({ request, response });
    let cancelled = false;
    const source = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(ANSWER_BUFFER_BYTES / 4)),
      cancel: () => {
        cancelled = true;
      },
    });
    const body = connectionOf('slow')?.body(source);
    const sent = (async () => {
      for await (const chunk of body ?? []) response.write(chunk);
    })();
    return { response, sent, isCancelled: () => cancelled };
  }

  it.each([
    ['takes nothing', false, ANSWER_STALLED_MS],
    ['never has it all', true, ANSWER_MS],
  ])('who %s ends in bounded time, and so does its source', async (_name, takes, ms) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
    try {
      const { response, sent, isCancelled } = send(takes);
      await vi.advanceTimersByTimeAsync(ms - 1_000);
      expect([response.destroyed, isCancelled()]).toEqual([false, false]);
      expect(response.writableLength).toBeLessThanOrEqual(2 * ANSWER_BUFFER_BYTES);
      expect(response.listenerCount('drain') + response.listenerCount('close')).toBeLessThan(6);
      await vi.advanceTimersByTimeAsync(2_000);
      await sent;
      expect([response.destroyed, isCancelled()]).toEqual([true, true]);
      expect(connectionOf('slow')).toBeUndefined();
    } finally {
      vi.useRealTimers();
    }
  });
});
