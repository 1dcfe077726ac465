/** Entries that cannot run on the local emulator are marked; a real cluster, which pulls images, has none. */
import { expect, it } from 'vitest';
import { hasProgram } from '../../../src/functions/programs.ts';
import { memoryWorld } from '../../support/world.ts';
import { apiOn } from '../support.ts';

const PIPELINES = '/api/v1/pipelines';
const container = (command?: string[]) => ({
  kind: 'container',
  container: { image: 'busybox:1.37', ...(command && { command }) },
});
const ENTRIES = [
  { name: 'flow', kind: 'nextflow', source: 'org/flow' },
  { name: 'here', ...container(['sh', '-c', 'true']) },
  { name: 'image', ...container() },
  { name: 'tool', ...container(['samtools', 'sort']) },
  { name: 'unknown', ...container(['$(TOOL)']) },
  { name: 'zelse', kind: 'nextflow', source: 'org/flow', target: 'lab' },
];
const NO = 'on this machine, and the local emulator runs no images; use --kubeconfig.';

async function catalogueOn(programs: readonly string[] | undefined) {
  const { world } = memoryWorld();
  const { call } = apiOn({
    ...world,
    clusters: { ...world.clusters, has: () => true },
    ...(programs && { hasProgram: (program: string) => programs.includes(program) }),
  });
  const target = { name: 'lab', connection: 'lab', namespace: 'lab' };
  await call('/api/v1/targets', { body: target });
  for (const body of ENTRIES) expect((await call(PIPELINES, { body })).status).toBe(201);
  const { pipelines } = (await call(PIPELINES)).json;
  const marks = Object.fromEntries(
    pipelines.map(
      (one: { name: string; runnable: boolean; not_runnable_reason: string | null }) => [
        one.name,
        one.runnable ? null : one.not_runnable_reason,
      ],
    ),
  );
  return { call, marks };
}

it('says which entries cannot run on the emulator, and why', async () => {
  const { call, marks } = await catalogueOn(['sh']);
  expect(marks).toEqual({
    flow: `There is no \`nextflow\` ${NO}`,
    here: null,
    image: 'The entry names no command, and the local emulator runs no images; use --kubeconfig.',
    tool: `There is no \`samtools\` ${NO}`,
    unknown: null,
    zelse: null,
  });
  const read = await call(`${PIPELINES}/flow`);
  expect(read.json).toMatchObject({ runnable: false, not_runnable_reason: marks['flow'] });
  // What was read can be sent again; the mark is made anew, whatever it says.
  const body = { ...read.json, runnable: true, not_runnable_reason: null };
  const put = await call(`${PIPELINES}/flow`, { method: 'PUT', body });
  expect(put).toMatchObject({ status: 200, json: { runnable: false } });
});

it('says so of each saved version too', async () => {
  const { call, marks } = await catalogueOn(['sh']);
  const here = { runnable: true, not_runnable_reason: null };
  const body = { ...ENTRIES[3], ...container(['sh', '-c', 'samtools']) };
  await call(`${PIPELINES}/tool`, { method: 'PUT', body });
  const no = { runnable: false, not_runnable_reason: marks['tool'] };
  const { versions } = (await call(`${PIPELINES}/tool/versions`)).json;
  expect(versions).toMatchObject([{ entry: here }, { entry: no }]);
  expect((await call(`${PIPELINES}/tool/versions/1`)).json.entry).toMatchObject(no);
});

it('marks nothing on a real cluster', async () => {
  const { call, marks } = await catalogueOn(undefined);
  expect(Object.values(marks)).toEqual(ENTRIES.map(() => null));
  const body = { ...ENTRIES[0], runnable: false, not_runnable_reason: 'as somebody says' };
  const put = await call(`${PIPELINES}/flow`, { method: 'PUT', body });
  expect(put).toMatchObject({ status: 200, json: { runnable: true, not_runnable_reason: null } });
});

it('finds programs by name and by path', () => {
  expect(
    ['sh', '/bin/sh', 'no-such-program', '/no/such/program', '/etc/passwd'].map((program) =>
      hasProgram(process.env['PATH'] ?? '', program),
    ),
  ).toEqual([true, true, false, false, false]);
});
