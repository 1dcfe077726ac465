/** What is said at the start of a cluster that was named and is not there. */
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { checkCluster } from '../../../src/dev/cluster-check.ts';
import { run } from '../support/stack.ts';

async function kubeconfig(server: string, context = 'lab'): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'sluice-kubeconfig-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  const file = join(dir, 'config');
  await writeFile(
    file,
    JSON.stringify({
      clusters: [{ name: 'c', cluster: { server, 'insecure-skip-tls-verify': true } }],
      users: [{ name: 'u', user: { token: 'secret-token' } }],
      contexts: [{ name: 'lab', context: { cluster: 'c', user: 'u' } }],
      'current-context': context,
    }),
  );
  return file;
}

/** A server that does with its connections what it is told. */
async function serverThat(act: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined));
    act(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}`;
}

const answering = (status: string) => (socket: Socket) =>
  socket.once('data', () => socket.end(`HTTP/1.1 ${status}\r\ncontent-length: 2\r\n\r\n{}`));

describe('a cluster that is named', () => {
  it.each([
    ['hangs', () => undefined, /no answer within 5 s/],
    ['breaks connections', (socket: Socket) => socket.destroy(), /cannot be reached/],
    ['refuses the user', answering('401 Unauthorized'), /refuses the user/],
  ])('and %s is an error with file, context and server', async (_name, act, why) => {
    const url = await serverThat(act);
    const file = await kubeconfig(url);
    const error = await checkCluster(file, 'sluice').catch((thrown: Error) => thrown.message);
    expect(error).toMatch(why);
    for (const part of [file, 'lab', url]) expect(error).toContain(part);
    expect(error).not.toContain('secret');
  });

  it.each(['', 'other'])(
    'and whose context is %j is an error with those there are',
    async (context) => {
      const file = await kubeconfig('http://127.0.0.1:1', context);
      await expect(checkCluster(file, 'sluice')).rejects.toThrow(/contexts: lab/);
      await expect(checkCluster(file, 'sluice')).rejects.toThrow(file);
    },
  );

  it('and has no account for drivers is told with what to do; one that hides it is fine', async () => {
    const without = await kubeconfig(await serverThat(answering('404 Not Found')));
    expect(await checkCluster(without, 'sluice')).toMatch(/kubectl apply -k k8s-manifests/);
    const hidden = await kubeconfig(await serverThat(answering('403 Forbidden')));
    expect(await checkCluster(hidden, 'sluice')).toBeNull();
  });
});

describe('the commands', () => {
  it.each(['start.ts', 'demo/demo.ts'])(
    '%s ends at once when the kubeconfig is not there',
    async (name) => {
      const command = run(name, ['--kubeconfig', '/no/such/kubeconfig']);
      expect(await command.exit).toBe(1);
      expect(command.output()).toContain('The kubeconfig /no/such/kubeconfig cannot be read');
      expect(command.output()).not.toMatch(/^\s+at /m);
    },
  );
});
