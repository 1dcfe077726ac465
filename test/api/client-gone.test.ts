/** A handler learns that its client is gone, through the host and the library that serves it. */
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createHost, type Host } from '../../src/local/host/host.ts';
import { PATIENCE } from '../support/patience.ts';

const appDir = fileURLToPath(new URL('../support/host/gone', import.meta.url));
const gone = (): readonly string[] =>
  (globalThis as unknown as Record<symbol, string[]>)[Symbol.for('host-test:gone')] ?? [];

let host: Host;
beforeAll(async () => {
  host = await createHost({ appDir, settings: {}, log: () => undefined });
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
