/** Files of a run over HTTP, by the client and by the command line. */
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createClient } from '../../../../src/client/index.ts';
import { PART_BYTES } from '../../../../src/engine/commands/files/open.ts';
import { openCommandLine } from '../../../cli/support.ts';
import { filesOn } from '../../../support/files/run.ts';
import { ADMIN, testApi } from '../../support.ts';

async function run() {
  const api = testApi();
  const files = await filesOn(api);
  const id = await files.start();
  const at = (path: string) => `/api/v1/runs/${id}/files/content?path=${encodeURIComponent(path)}`;
  return { ...api, ...files, id, at, list: `/api/v1/runs/${id}/files` };
}

test('the list has pages, with a link to the next', async () => {
  const { call, put, id, list } = await run();
  for (const name of ['a', 'b', 'c']) put(`runs/${id}/results/${name}`, name);
  const { json, headers } = await call(`${list}?limit=2&prefix=output/`);
  expect(json.files.map(({ path }: { path: string }) => path)).toEqual(['output/a', 'output/b']);
  const next = /<([^>]+)>/.exec(headers.get('link') ?? '')?.[1] ?? '';
  const rest = await call(next);
  expect(rest.json.files.map(({ path }: { path: string }) => path)).toEqual(['output/c']);
  expect(rest.headers.get('link')).toBeNull();
  expect((await call(`${list}?limit=0`)).status).toBe(422);
});

test('a file is an attachment in a sandbox, whatever its type and its name', async () => {
  const { send, put, id, at } = await run();
  put(`runs/${id}/results/ä "b";%\n.html`, '<script>alert(1)</script>');
  const answer = await send(at('output/ä "b";%25%0A.html'));
  expect(answer.status).toBe(200);
  expect(await answer.text()).toBe('<script>alert(1)</script>');
  const headers = Object.fromEntries(answer.headers);
  expect(headers).toMatchObject({
    'content-type': 'application/octet-stream',
    'content-length': '25',
    'content-disposition':
      'attachment; filename="_ _b___25_0A.html"; filename*=UTF-8\'\'%C3%A4%20%22b%22%3B%2525%250A.html',
    'x-content-type-options': 'nosniff',
    'accept-ranges': 'bytes',
  });
  expect(headers['content-security-policy']).toMatch(/^sandbox; default-src 'none'/);
  expect(headers['last-modified']).toMatch(/GMT$/);
});

test('ranges and conditions are those of HTTP', async () => {
  const { send, put, id, at } = await run();
  put(`runs/${id}/results/a`, '0123456789');
  const part = await send(at('output/a'), { headers: { range: 'bytes=2-4' } });
  expect([part.status, part.headers.get('content-range'), await part.text()]).toEqual([
    206,
    'bytes 2-4/10',
    '234',
  ]);
  const last = await send(at('output/a'), { headers: { range: 'bytes=-3' } });
  expect(await last.text()).toBe('789');
  const beyond = await send(at('output/a'), { headers: { range: 'bytes=10-' } });
  expect([beyond.status, beyond.headers.get('content-range')]).toEqual([416, 'bytes */10']);
  const tag = part.headers.get('etag') ?? '';
  expect((await send(at('output/a'), { headers: { 'if-none-match': tag } })).status).toBe(304);
  expect((await send(at('output/a'), { headers: { 'if-match': '"old"' } })).status).toBe(412);
  const head = await send(at('output/a'), { method: 'HEAD' });
  expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([
    200,
    '10',
    '',
  ]);
});

test('what cannot be read is told by its code', async () => {
  const { call, id, at, cluster } = await run();
  expect((await call(at('output/none'))).json.code).toBe('not_found');
  expect((await call(at('../../etc/passwd'))).json.code).toBe('not_found');
  expect((await call(`/api/v1/runs/${id}/files/content`)).json.code).toBe('invalid');
  cluster.readers.script = () => ({ lines: [], takes: 0, exitCode: 1 });
  const { status, json, headers } = await call(at('output/a'));
  expect([status, json.code, json.retry, headers.get('retry-after')]).toEqual([
    503,
    'files_unavailable',
    true,
    '5',
  ]);
});

test('a file above one answer needs ranges, with which the client reads it, also over a connection that breaks', async () => {
  const { app, call, put, id, at } = await run();
  const size = 64 * 2 ** 20 + 1;
  put(`runs/${id}/results/big`, new Uint8Array(size));
  const { status, json } = await call(at('output/big'));
  expect([status, json.code]).toEqual([413, 'file_too_large']);
  expect(json.detail).toContain(`/workspace/runs/${id}/results/big`);
  const bytes = randomBytes(PART_BYTES + 5_000);
  put(`runs/${id}/results/small`, bytes);
  let cuts = 0;
  const client = createClient({
    url: 'http://localhost',
    token: ADMIN,
    push: false,
    runtime: quick,
    fetch: async (address, init) => {
      const answer = await app.fetch(new Request(address, init));
      if (cuts > 0 || answer.body === null) return answer;
      cuts += 1;
      let given = 0;
      const cut = new TransformStream<Uint8Array, Uint8Array>({
        transform(piece, to) {
          if (given > 0) throw new TypeError('terminated');
          to.enqueue(piece.slice(0, 1_000));
          given += 1;
        },
        flush() {
          throw new TypeError('terminated');
        },
      });
      return new Response(answer.body.pipeThrough(cut), answer);
    },
  });
  const file = await client.file(id, 'output/small');
  const pieces: Uint8Array[] = [];
  for await (const piece of file.bytes) pieces.push(piece);
  expect(file.size).toBe(bytes.length);
  expect(Buffer.concat(pieces).equals(bytes)).toBe(true);
  expect(cuts).toBe(1);
});

const quick = {
  now: () => 0,
  random: () => 0,
  uniqueKey: () => 'key',
  sleep: (ms: number, signal: AbortSignal) =>
    ms > 10_000
      ? new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
      : Promise.resolve(),
  onWake: () => () => undefined,
};

test('the command line lists, saves and never replaces what is there', async () => {
  const line = await openCommandLine();
  const { put, start, folder } = await filesOn(line.memory);
  const id = await start();
  const bytes = randomBytes(100_000);
  put(`runs/${id}/results/a.bin`, bytes);
  put(`runs/${id}/results/empty`, '');
  const listed = await line.run('files', id);
  expect(listed.out).toContain('output/a.bin\toutput\t');
  expect(listed.err).toBe('');
  expect((await line.run('files', id, '--json')).json.map(({ path }) => path)).toEqual([
    'output/a.bin',
    'output/empty',
  ]);
  const to = join(folder, 'saved');
  expect(await line.run('files', id, 'output/a.bin', '-o', to)).toMatchObject({ code: 0, out: '' });
  expect(readFileSync(to).equals(bytes)).toBe(true);
  const again = await line.run('files', id, 'output/empty', '-o', to);
  expect([again.code, again.err]).toEqual([2, expect.stringContaining('--force')]);
  expect(readFileSync(to).equals(bytes)).toBe(true);
  await line.run('files', id, 'output/empty', '-o', to, '--force');
  expect(readFileSync(to).length).toBe(0);
  const none = await line.run('files', id, 'output/none', '-o', join(folder, 'none'));
  expect(none.code).toBe(1);
  expect(existsSync(join(folder, 'none'))).toBe(false);
  put(`runs/${id}/results/text`, 'hello');
  expect((await line.run('files', id, 'output/text', '-o', '-')).out).toBe('hello');
});
