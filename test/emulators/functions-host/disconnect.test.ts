/** A strict host in the process of a test: what an invocation does whose client left too early. */
import http, { type IncomingMessage } from 'node:http';
import { type AddressInfo, Server } from 'node:net';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished, vi } from 'vitest';
import { createHost } from '../../../src/emulators/functions-host/host.ts';
import type { HostLogLine } from '../../../src/emulators/functions-host/log.ts';

const appDir = fileURLToPath(new URL('../../support/host/web', import.meta.url));

it('an invocation whose client leaves before the library has its request never ends', async () => {
  const lines: HostLogLine[] = [];
  const listen = vi.spyOn(Server.prototype, 'listen');
  const settings = { STREAM: '1' };
  const host = await createHost({ appDir, settings, strict: 1, log: (line) => lines.push(line) });
  onTestFinished(() => host.close({ drainMs: 100 }));
  const servers = [...listen.mock.contexts] as Server[];
  listen.mockRestore();
  const inner = servers.find((server) => (server.address() as AddressInfo).port !== host.port);
  const handlers = inner?.listeners('request') as (() => void)[];
  inner?.removeAllListeners('request');
  // In place of the library, which never hears of this request: its connection breaks before.
  const arrived = new Promise<IncomingMessage>((resolve) => inner?.once('request', resolve));
  const request = http.get(`${host.url}/api/empty`).on('error', () => undefined);
  const forwarded = await arrived;
  request.destroy();
  await new Promise((resolve) => forwarded.once('close', resolve));
  for (const handler of handlers) inner?.on('request', handler);

  expect((await fetch(`${host.url}/api/empty`)).status).toBe(200);
  const count = (pattern: RegExp) => lines.filter(({ message }) => pattern.test(message)).length;
  expect(count(/^Executing 'Functions.empty'/)).toBe(2);
  await vi.waitFor(() => expect(count(/^Executed 'Functions.empty' \(Succeeded/)).toBe(1));
  expect(count(/^Executed/)).toBe(1);
});
