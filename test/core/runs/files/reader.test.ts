/** The reader's program, run by the bash of this machine on folders as pipelines leave them. */

import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Target } from '../../../../src/core/kinds/target.ts';
import { bytesOf, textOf } from '../../../../src/core/runs/files/path.ts';
import { buildReader, readAnswer } from '../../../../src/core/runs/files/reader.ts';
import { runReader } from '../../../support/files/reader.ts';

const TASK = `work/ab/${'0'.repeat(30)}`;
const OUT = 'results/r1';
let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'sluice-files-')));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function put(path: string | Buffer, content: string | Uint8Array = 'x'): void {
  if (typeof path === 'string') mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(
    typeof path === 'string'
      ? join(folder, path)
      : Buffer.concat([Buffer.from(`${folder}/`), path]),
    content,
  );
}
function link(path: string, to: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  symlinkSync(to, join(folder, path));
}

const target = { ...Target.parse({ name: 'a' }), work_claim: 'work' };
function run(...args: string[]) {
  const manifest = buildReader({ name: 'reader-1', run_id: 'r1', domain: 'a', target, args });
  const lines = runReader(manifest, folder);
  const answer = readAnswer(lines.map((line) => `2026-01-01T00:00:00Z ${line}\n`).join(''));
  if (answer === null) throw new Error(lines.join('\n'));
  if (answer.refused !== null)
    return { refused: answer.refused, facts: [], bytes: Buffer.alloc(0) };
  expect(createHash('sha256').update(answer.lines).digest('hex')).toBe(answer.sha256);
  expect(Math.max(...answer.lines.split('\n').map((line) => line.length))).toBeLessThan(16_000);
  const raw = Buffer.from(answer.lines, 'base64');
  const bytes = answer.coding === 'gzip' ? gunzipSync(raw) : raw;
  return { refused: null, facts: answer.facts, bytes };
}
const hex = (text: string): string =>
  Array.from(bytesOf(text) ?? [], (byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
const read = (path: string, start = 0, length = 1_000) =>
  run('read', '/workspace', 'work', OUT, hex(path), String(start), String(length));
function list(...folders: string[]): string[] {
  const { bytes } = run('list', '/workspace', 'work', ...folders);
  return bytes
    .toString('latin1')
    .split('\0')
    .slice(0, -1)
    .map((row) => {
      const [place, size, , ...name] = row.split(' ');
      return `${place} ${size} ${textOf(Buffer.from(name.join(' '), 'latin1'))}`;
    })
    .toSorted();
}

test('every name is listed and read by the text that the listing has', () => {
  const names = ['a b\'c"d', 'ü$(id)`x`\\n', '-rf', '.hidden', 'new\nline', '*', 'c/d/e', '50%'];
  for (const name of names) put(`${OUT}/${name}`, name);
  put(Buffer.from(`${OUT}/\xff\xfe`, 'latin1'), 'bytes');
  const listed = list(OUT)
    .map((row) => row.replace(/^0 \d+ /, ''))
    .toSorted();
  const expected = [...names.map((name) => textOf(Buffer.from(name))), '%FF%FE'];
  expect(listed).toEqual(expected.toSorted());
  for (const name of names) expect(read(textOf(Buffer.from(name))).bytes.toString()).toBe(name);
  expect(read('%FF%FE').bytes.toString()).toBe('bytes');
});

test('several folders are listed at once; one that is not there has nothing', () => {
  put('runs/r1/reports/report.html', '12345');
  put(`${OUT}/a`);
  expect(list('runs/r1/reports', 'nowhere', OUT)).toEqual(['0 5 report.html', '2 1 a']);
});

test('a link that leads out is neither listed nor read, whatever it leads to', () => {
  put('results/r2/secret');
  put(`${OUT}/inside`);
  link(`${OUT}/out`, '/etc/passwd');
  link(`${OUT}/other`, join(folder, 'results/r2/secret'));
  link(`${OUT}/relative`, '../r2/secret');
  link(`${OUT}/all`, folder);
  link(`${OUT}/same`, 'inside');
  link(`${OUT}/twice`, 'out');
  link(`${OUT}/dangling`, 'nothing');
  expect(list(OUT)).toEqual(['0 1 inside', '0 1 same']);
  for (const path of ['out', 'other', 'relative', 'all/results/r2/secret', 'twice'])
    expect({ path, refused: read(path).refused }).toEqual({ path, refused: 'outside' });
  expect(read('dangling').refused).toBe('missing');
  expect(read('same').bytes.toString()).toBe('x');
});

test('links into folders of tasks are followed: so Nextflow publishes by default', () => {
  put(`${TASK}/o.txt`, 'one');
  put(`${TASK}/dir/p.txt`, 'two');
  link(`${TASK}/dir/loop`, '..');
  link(`${OUT}/o.txt`, join(folder, TASK, 'o.txt'));
  link(`${OUT}/dir`, join(folder, TASK, 'dir'));
  put('work/notes');
  put('work/ab/short/notes');
  link(`${OUT}/notes`, join(folder, 'work/notes'));
  link(`${OUT}/short`, join(folder, 'work/ab/short/notes'));
  expect(list(OUT)).toEqual(['0 3 dir/p.txt', '0 3 o.txt']);
  expect(read('dir/p.txt').bytes.toString()).toBe('two');
  expect(read('notes').refused).toBe('outside');
  expect(read('short').refused).toBe('outside');
});

test('a folder that a link has in its path is not entered', () => {
  put('results/r2/secret');
  link('results/r1', 'r2');
  expect(list(OUT)).toEqual([]);
  expect(read('secret').refused).toBe('missing');
  link('linked', 'results');
  expect(list('linked/r2')).toEqual([]);
});

test('a part of a file is read with what the file is, also from its end', () => {
  const bytes = randomBytes(300_000);
  put(`${OUT}/big`, bytes);
  const { facts, bytes: part } = read('big', 100_001, 150_000);
  expect(part.equals(bytes.subarray(100_001, 250_001))).toBe(true);
  expect([facts[0], facts[4]]).toEqual(['300000', '100001']);
  expect(read('big', -10).bytes.equals(bytes.subarray(-10))).toBe(true);
  expect(read('big', -400_000, 5).facts[4]).toBe('0');
  expect(read('big', 300_000).bytes.length).toBe(0);
  expect(read('big', 299_990).bytes.length).toBe(10);
});

test('what is no plain file is refused, and never waited for', () => {
  put(`${OUT}/dir/a`);
  execFileSync('mkfifo', [join(folder, OUT, 'pipe')]);
  expect(list(OUT)).toEqual(['0 1 dir/a']);
  expect(read('dir').refused).toBe('folder');
  expect(read('pipe').refused).toBe('folder');
  expect(read('nothing').refused).toBe('missing');
});

test('a path with steps up, empty steps or a NUL is none', () => {
  for (const text of [
    '',
    '..',
    'a/../b',
    './a',
    'a//b',
    'a/',
    '/a',
    'a%00',
    '%2e%2E/b',
    'a%2f..%2fb',
  ])
    expect({ text, bytes: bytesOf(text) }).toEqual({ text, bytes: null });
  expect(Buffer.from(bytesOf('a%252F..b') ?? []).toString()).toBe('a%2F..b');
});

test('an answer that is cut short is none', () => {
  expect(readAnswer('')).toBeNull();
  expect(readAnswer('2026-01-01T00:00:00Z YWJj\n')).toBeNull();
  expect(readAnswer('2026-01-01T00:00:00Z REFUSED why\n')).toBeNull();
  expect(readAnswer('2026-01-01T00:00:00Z END plain abc 1')).toBeNull();
});
