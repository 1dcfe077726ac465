/** Files of source repositories: known hosts, public addresses, limits. */
import { createServer } from 'node:net';
import { MockAgent } from 'undici';
import { expect, test } from 'vitest';
import { createSourceFiles } from '../../../src/adapters/source/https.ts';
import { isPublic, publicLookup } from '../../../src/adapters/source/public-address.ts';

const HOST = 'https://raw.githubusercontent.com';

function withAnswers(answers: Readonly<Record<string, readonly [number, string, object?]>>) {
  const dispatcher = new MockAgent();
  dispatcher.disableNetConnect();
  for (const [path, [status, body, headers = {}]] of Object.entries(answers))
    dispatcher
      .get(HOST)
      .intercept({ path })
      .reply(status, body, { headers: { ...headers } });
  const files = createSourceFiles(100, { dispatcher });
  return (path: string) => files.read(path.startsWith('/') ? `${HOST}${path}` : path);
}
const to = (location: string): readonly [number, string, object] => [302, '', { location }];

test('reads a file, also where it was moved to', async () => {
  const read = withAnswers({ '/a': to('/b'), '/b': [200, '{"é":1}'] });
  expect(await read('/a')).toBe('{"é":1}');
});

test.each([
  ['a file that is not there', '/x', { '/x': [404, 'no'] as const }, /answers 404/],
  [
    'a file that is too large',
    '/x',
    { '/x': [200, 'x'.repeat(101)] as const },
    /larger than 100 bytes/,
  ],
  [
    'a redirect to another host',
    '/x',
    { '/x': to('https://evil.example/x') },
    /leads to evil\.example/,
  ],
  [
    'a redirect to an address',
    '/x',
    { '/x': to('https://169.254.169.254/x') },
    /leads to 169\.254/,
  ],
  [
    'a redirect without TLS',
    '/x',
    { '/x': to('http://raw.githubusercontent.com/x') },
    /not plain https/,
  ],
  [
    'a redirect to itself',
    '/x',
    { '/x': to('/y'), '/y': to('/z'), '/z': to('/u'), '/u': to('/v') },
    /too often/,
  ],
  ['another host', 'https://example.com/x', {}, /leads to example\.com/],
  ['another port', `${HOST}:8443/x`, {}, /leads to raw\.githubusercontent\.com:8443/],
  ['an address with a password', 'https://a:b@gitlab.com/x', {}, /not plain https/],
  ['a host that cannot be reached', '/x', {}, /cannot be reached/],
])('refuses %s', async (_what, path, answers, message) => {
  await expect(withAnswers(answers)(path)).rejects.toThrow(message);
});

test.each([
  ['140.82.121.4', true],
  ['2606:50c0:8000::154', true],
  ['10.1.2.3', false],
  ['127.0.0.1', false],
  ['169.254.169.254', false],
  ['172.20.0.1', false],
  ['192.168.1.1', false],
  ['100.64.0.1', false],
  ['0.0.0.0', false],
  ['224.0.0.1', false],
  ['::1', false],
  ['fd00::1', false],
  ['fe80::1', false],
  ['::ffff:10.0.0.1', false],
  ['64:ff9b::a00:1', false],
  ['2002:a00:1::', false],
])('%s is a public address: %s', (address, want) => {
  expect(isPublic(address)).toBe(want);
});

test('connects to nothing at an address that is not public', async () => {
  await new Promise<void>((done) =>
    publicLookup('localhost', {}, (error) => {
      expect(error?.message).toMatch(/no public address/);
      done();
    }),
  );
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.destroy();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as { readonly port: number };
  const host = `localhost:${port}`;
  const files = createSourceFiles(100, { hosts: [host] });
  await expect(files.read(`https://${host}/x`)).rejects.toThrow(/cannot be reached/);
  expect(connections).toBe(0);
  server.close();
});
