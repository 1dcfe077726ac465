/** Listing and reading files of a run by readers, whatever becomes of these. */
import { randomBytes } from 'node:crypto';
import { appendFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { Target } from '../../../../src/core/kinds/target.ts';
import type { ReaderManifest } from '../../../../src/core/kubernetes/manifest.ts';
import { targets } from '../../../../src/engine/catalogue/catalogue.ts';
import { listFiles } from '../../../../src/engine/commands/files/list.ts';
import { openFile, PART_BYTES } from '../../../../src/engine/commands/files/open.ts';
import { READERS_PER_RUN_MAX } from '../../../../src/engine/reconcile/kubernetes/files/slots.ts';
import { ClusterError } from '../../../../src/ports/cluster.ts';
import { runReader } from '../../../support/files/reader.ts';
import { filesOn } from '../../../support/files/run.ts';
import { memoryWorld, otherInstance } from '../../../support/world.ts';

let memory: ReturnType<typeof memoryWorld>;
let files: Awaited<ReturnType<typeof filesOn>>;
beforeEach(async () => {
  memory = memoryWorld();
  files = await filesOn(memory);
});

const list = (runId: string, query: Partial<Parameters<typeof listFiles>[3]> = {}) =>
  listFiles(memory.world, 'default', runId, { prefix: '', limit: 1_000, ...query });
const open = (runId: string, path: string, range?: Parameters<typeof openFile>[4]) =>
  openFile(memory.world, 'default', runId, path, range);
async function bytesOf(file: Awaited<ReturnType<typeof openFile>>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const chunk of file.chunks) parts.push(chunk);
  return Buffer.concat(parts);
}
/** Lets time pass until the promise is settled. */
async function settled<T>(promise: Promise<T>): Promise<T> {
  const state = { open: true };
  const end = () => void (state.open = false);
  void promise.then(end, end);
  for (let at = 0; state.open && at < 1_000; at += 1) await memory.clock.advance(200);
  return promise;
}
const made = (): readonly ReaderManifest[] => memory.cluster.readers.made;

test('reports and output are listed by path, told apart, and in pages', async () => {
  const id = await files.start();
  files.put(`runs/${id}/reports/report.html`, '<p>');
  files.put(`runs/${id}/reports/trace.txt`, 'a');
  files.put(`runs/${id}/results/b/c.txt`, 'hello');
  files.put(`runs/${id}/results/pipeline_info/execution_timeline_2026-11-29_09-30-00.html`, 'x');
  files.put('runs/other/results/secret', 'x');
  const { files: listed, places, more, next_cursor } = await list(id);
  expect(listed.map(({ path, kind, size }) => [path, kind, size])).toEqual([
    ['output/b/c.txt', 'output', 5],
    ['output/pipeline_info/execution_timeline_2026-11-29_09-30-00.html', 'timeline', 1],
    ['reports/report.html', 'report', 3],
    ['reports/trace.txt', 'trace', 1],
  ]);
  expect({ more, next_cursor }).toEqual({ more: false, next_cursor: null });
  expect(places).toEqual([
    { name: 'reports', at: `/workspace/runs/${id}/reports`, readable: true, why: null },
    { name: 'output', at: `/workspace/runs/${id}/results`, readable: true, why: null },
  ]);
  const first = await list(id, { limit: 3 });
  expect(first.next_cursor).toBe('reports/report.html');
  const rest = await list(id, { limit: 3, cursor: first.next_cursor ?? '' });
  expect(rest.files.map(({ path }) => path)).toEqual(['reports/trace.txt']);
  expect((await list(id, { prefix: 'output/b' })).files).toHaveLength(1);
  expect(made()).toHaveLength(1);
});

test('a listing is made anew after ten seconds, and one that failed at once', async () => {
  const id = await files.start();
  const { script } = memory.cluster.readers;
  memory.cluster.readers.script = () => ({ lines: [], takes: 0, exitCode: 137 });
  await expect(list(id)).rejects.toMatchObject({ code: 'files_unavailable' });
  memory.cluster.readers.script = script;
  expect((await list(id)).files).toEqual([]);
  files.put(`runs/${id}/results/a`, 'x');
  expect((await list(id)).files).toEqual([]);
  await memory.clock.advance(10_000);
  expect((await list(id)).files).toHaveLength(1);
  const [one, other] = await Promise.all([list(id), list(id)]);
  expect(one.listed_at).toBe(other.listed_at);
  expect(made()).toHaveLength(3);
});

test('readers are no pods of the run: mounted read-only, without token, rights or its labels', async () => {
  const id = await files.start();
  await list(id);
  const [reader] = made();
  expect(reader?.spec['template']).toMatchObject({
    spec: {
      automountServiceAccountToken: false,
      serviceAccountName: 'sluice-task',
      securityContext: { runAsNonRoot: true, runAsUser: 1_000 },
      containers: [
        {
          volumeMounts: [{ mountPath: '/workspace', readOnly: true }, {}],
          securityContext: { readOnlyRootFilesystem: true },
        },
      ],
    },
  });
  expect(reader?.spec).toMatchObject({ activeDeadlineSeconds: 120, ttlSecondsAfterFinished: 60 });
  const labels = Object.keys(reader?.metadata.labels ?? {});
  expect(labels).not.toContain('sluice.dev/run-id');
  expect(labels).not.toContain('nextflow.io/runName');
});

test.each([
  ['a folder', '/workspace/results/x', 'results/x'],
  ['a relative one', 'published', 'runs/RUN/published'],
  ['the folder that it was started in', '.', 'runs/RUN'],
  ['one with steps up', '/workspace/a/../results/x/', 'results/x'],
])('the output is where the params say: %s', async (_, outdir, folder) => {
  const id = await files.start({ params: new Map([['outdir', outdir]]) });
  files.put(`${folder.replace('RUN', id)}/a.txt`, 'x');
  const { files: listed } = await list(id, { prefix: 'output/a' });
  expect(listed.map(({ path }) => path)).toEqual(['output/a.txt']);
});

test.each([
  ['the volume', '/workspace', /not below/],
  ['a folder of others beside it', '/workspace/../etc', /not below/],
  ['all runs', '/workspace/runs', /other runs/],
  ['the results of all', '/workspace/results', /other runs/],
  ['another run', '/workspace/results/r01jqk3v9x2abcde', /other runs/],
  ['another run, by a step up', '../r01jqk3v9x2abcde', /other runs/],
  ['the tasks of all', '/workspace/work', /other runs/],
  ['object storage', 'az://results/a', /object storage/],
  ['a name with a line end', '/workspace/results/x\n/etc', /control/],
])(
  'an output that is not for readers of the run is told and not read: %s',
  async (_, outdir, why) => {
    const id = await files.start({ params: new Map([['outdir', outdir]]) });
    files.put('results/r01jqk3v9x2abcde/secret', 'x');
    const { files: listed, places } = await list(id);
    expect(listed).toEqual([]);
    expect(places[1]).toMatchObject({ name: 'output', readable: false });
    expect(places[1]?.why).toMatch(why);
    await expect(open(id, 'output/secret')).rejects.toMatchObject({ code: 'not_readable' });
  },
);

test('without a work volume, or a target, it is said where the files went', async () => {
  await targets.create(memory.world, 'default', Target.parse({ name: 'none' }));
  const id = await files.start({ target: 'none' });
  const { places } = await list(id);
  expect(places.map(({ why }) => why)).toEqual([
    expect.stringMatching(/no work volume/),
    expect.stringMatching(/no work volume/),
  ]);
  expect(made()).toEqual([]);
});

test('a file is read whole, in parts of several readers, and by ranges', async () => {
  const id = await files.start();
  const bytes = randomBytes(PART_BYTES + 100_000);
  files.put(`runs/${id}/results/big`, bytes);
  const whole = await open(id, 'output/big');
  expect((await bytesOf(whole)).equals(bytes)).toBe(true);
  expect(made()).toHaveLength(2);
  const range = await open(id, 'output/big', { start: 10, end: 2_000 });
  expect(range).toMatchObject({ start: 10, end: 2_000, size: bytes.length, etag: whole.etag });
  expect((await bytesOf(range)).equals(bytes.subarray(10, 2_000))).toBe(true);
  const suffix = await open(id, 'output/big', { suffix: 7 });
  expect((await bytesOf(suffix)).equals(bytes.subarray(-7))).toBe(true);
  await expect(open(id, 'output/big', { start: bytes.length })).rejects.toMatchObject({
    code: 'range_not_satisfiable',
  });
  expect(memory.cluster.readers.names).toEqual([]);
});

test('a file that changes between two parts breaks off', async () => {
  const id = await files.start();
  files.put(`runs/${id}/results/big`, new Uint8Array(2 * PART_BYTES));
  const { chunks } = await open(id, 'output/big');
  appendFileSync(join(files.folder, `runs/${id}/results/big`), 'more');
  const read = async () => {
    for await (const chunk of chunks) expect(chunk.length).toBe(PART_BYTES);
  };
  await expect(read()).rejects.toMatchObject({ code: 'files_unavailable' });
});

test('a link that leads out is refused, and so is a path that does', async () => {
  const id = await files.start();
  files.put(`runs/${id}/results/a`, 'x');
  symlinkSync('/etc/passwd', join(files.folder, `runs/${id}/results/b`));
  await expect(open(id, 'output/b')).rejects.toMatchObject({ code: 'not_readable' });
  for (const path of ['output/../a', 'output/', 'nowhere/a', 'a', 'output/c', 'output//a'])
    await expect(open(id, path)).rejects.toMatchObject({ code: 'not_found' });
});

test.each([
  [
    'no image',
    { waits: { reason: 'ImagePullBackOff', message: 'no such image' } },
    /no such image/,
  ],
  ['no node', { waits: { reason: '', message: 'no room' } }, /no room/],
  ['a quota', { noPod: 'exceeded quota: sluice' }, /exceeded quota/],
  ['too little memory', { takes: 0, exitCode: 137 }, /137/],
  ['an answer that is cut short', { takes: 0 }, /arrive whole/],
])('a reader that cannot answer is told why, and goes: %s', async (_, script, why) => {
  const id = await files.start();
  memory.cluster.readers.script = () => ({ lines: ['YWJj'], takes: 1e9, ...script });
  await expect(settled(list(id))).rejects.toMatchObject({
    code: 'files_unavailable',
    message: expect.stringMatching(why),
  });
  expect(memory.cluster.readers.names).toEqual([]);
});

test('a cluster that does not answer is told, and asked again while a reader is waited for', async () => {
  const id = await files.start();
  const { readers } = memory.cluster;
  const { podsOf, create } = readers;
  let failures = 3;
  readers.podsOf = async (name) => {
    failures -= 1;
    if (failures > 0) throw new ClusterError('unavailable', 503, 'busy');
    return podsOf(name);
  };
  expect((await settled(list(id))).files).toEqual([]);
  readers.create = () => Promise.reject(new ClusterError('denied', 403, 'no right'));
  await memory.clock.advance(10_000);
  await expect(list(id)).rejects.toMatchObject({
    code: 'files_unavailable',
    message: expect.stringMatching(/no right/),
  });
  readers.create = create;
  expect((await list(id)).files).toEqual([]);
});

test('a line that a node cut or changed is noticed', async () => {
  const id = await files.start();
  files.put(`runs/${id}/results/a`, randomBytes(9_000));
  memory.cluster.readers.script = (manifest) => {
    const [first, ...rest] = runReader(manifest, files.folder);
    return { lines: [`${first?.slice(0, -4)}AAAA`, ...rest], takes: 0 };
  };
  await expect(settled(open(id, 'output/a'))).rejects.toMatchObject({ code: 'files_unavailable' });
});

test('a pod that only has the label of a reader answers nothing', async () => {
  const id = await files.start();
  const { podsOf } = memory.cluster.readers;
  memory.cluster.readers.podsOf = async (name) => {
    const pods = await podsOf(name);
    const planted = pods.map((pod) => ({ ...pod, name: 'planted', uid: 'x', job_uid: null }));
    return [...planted, ...pods];
  };
  expect((await list(id)).files).toEqual([]);
});

test('few readers are there at once; who comes later waits for a turn', async () => {
  const id = await files.start();
  files.put(`runs/${id}/results/a`, 'x');
  const { script } = memory.cluster.readers;
  let most = 0;
  memory.cluster.readers.script = (manifest) => {
    most = Math.max(most, memory.cluster.readers.names.length + 1);
    return { ...script(manifest), takes: 2_000 };
  };
  const all = Promise.all(Array.from({ length: 5 }, () => open(id, 'output/a')));
  expect(await settled(all)).toHaveLength(5);
  expect(most).toBe(READERS_PER_RUN_MAX);
  memory.cluster.readers.script = () => ({ lines: [], takes: 1e9 });
  const stuck = Array.from({ length: READERS_PER_RUN_MAX }, () => open(id, 'output/a'));
  const late = open(id, 'output/a');
  await expect(settled(late)).rejects.toMatchObject({
    message: expect.stringMatching(/Other files/),
  });
  expect(await Promise.allSettled(stuck.map(settled))).toMatchObject([
    { status: 'rejected' },
    { status: 'rejected' },
  ]);
});

test('a run of another domain has no files here', async () => {
  const id = await files.start();
  await expect(
    listFiles(otherInstance(memory.world), 'lab', id, { prefix: '', limit: 1 }),
  ).rejects.toMatchObject({ code: 'not_found' });
});
