/** `explain`: of files, of standard input, and of runs. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tickUntil } from '../support/world.ts';
import { commandLine, openCommandLine } from './support.ts';

const FAILED = `N E X T F L O W  ~  version 24.10.5
Launching \`sum.nf\` [calm_curie] DSL2 - revision: 0123456789
[ab/cdef12] Submitted process > ADD (1)
ERROR ~ Error executing process > 'ADD (1)'

Caused by:
  Process \`ADD (1)\` terminated with an error exit status (137)

Command executed:

  add \u001b[2Jthem

Command exit status:
  137

Command output:
${Array.from({ length: 30 }, (_, at) => `  line ${at}`).join('\n')}

Work dir:
  /work/ab/cdef1200112233445566778899aabb

 -- Check '.nextflow.log' file for details
`;

test('a file needs no server, and tells what failed, why, and what to do', async () => {
  const { with: withMore, folder } = commandLine();
  const file = join(folder, 'console.txt');
  writeFileSync(file, FAILED);
  const offline = withMore({ env: { SLUICE_URL: undefined, SLUICE_TOKEN: undefined } });
  const { code, out, err } = await offline('explain', file);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toContain('sum.nf (calm_curie) failed');
  for (const said of [
    "  Error executing process > 'ADD (1)'",
    '  137',
    '  line 29',
    '  … 10 more lines',
    '  /work/ab/cdef1200112233445566778899aabb',
    '  A task was killed for using more memory than it was given.',
    'ADD  1 submitted, 1 failed',
  ])
    expect(out).toContain(said);
  expect(out).not.toContain('line 9\n');
  expect(out).not.toContain('\u001b');
});

test('standard input, as JSON', async () => {
  const { with: withMore } = commandLine();
  const [report] = (await withMore({ input: FAILED })('explain', '-', '--json')).json;
  expect(report).toMatchObject({
    outcome: 'failed',
    run_name: 'calm_curie',
    processes: [{ name: 'ADD', tag: '1', failed: 1 }],
    error: { process: 'ADD (1)', exit_status: 137 },
    well_known_cause: 'nextflow_out_of_memory',
    advice: expect.stringContaining('memory'),
  });
});

test('a line of many megabytes without an end is read', async () => {
  const { with: withMore } = commandLine();
  const input = `${'x'.repeat(5_000_000)}\rLaunching \`a.nf\` [b_c] DSL2 - revision: 12ab`;
  const [report] = (await withMore({ input })('explain', '-', '--json')).json;
  expect(report).toMatchObject({ run_name: 'b_c' });
});

test('what is there to explain is said', async () => {
  const { run, folder } = commandLine();
  mkdirSync(join(folder, 'd'));
  expect(await run('explain', join(folder, 'none'))).toMatchObject({
    code: 2,
    err: expect.stringContaining('There is no file'),
  });
  expect(await run('explain', join(folder, 'd'))).toMatchObject({ code: 2 });
  expect(await run('explain', 'r000000000000000')).toMatchObject({ code: 1 });
});

test.each([
  ['failed', 1, true],
  ['succeeded', 0, false],
])('of a run that %s its end decides, and its log explains', async (state, exitCode, fatal) => {
  const lines = FAILED.split('\n').map((text) => ({ at: 100, text }));
  const line = await openCommandLine({ lines, endsAt: 500, exitCode });
  const id = (await line.run('run', 'a/sum')).out.trim();
  const { world, clock } = line.memory;
  const isOver = async () => (await line.run('show', id, '--json')).json[0]?.['state'] === state;
  await tickUntil(world, clock, isOver);
  const [report] = (await line.run('explain', id, '--json')).json;
  expect(report).toMatchObject({
    outcome: state,
    outcome_basis: `exit code ${exitCode} of the run`,
    error: { process: 'ADD (1)', fatal },
  });
  // The reason of a failed run has the same, cut to what is needed; lists do without.
  const failure = fatal
    ? expect.objectContaining({
        code: 'nextflow_out_of_memory',
        process: 'ADD',
        tag: '1',
        exit_status: 137,
        work_dir: '/work/ab/cdef1200112233445566778899aabb',
        last_lines: expect.stringMatching(/line 0\n[^]*line 29$/),
      })
    : undefined;
  const [shown] = (await line.run('show', id, '--json')).json;
  const text = (await line.run('show', id)).out;
  expect(/failed task +ADD \(1\)\n/.test(text)).toBe(fatal);
  const [listed] = (await line.run('list', '--json')).json;
  expect((shown?.['reason'] as { failure?: unknown } | null)?.failure).toEqual(failure);
  expect((listed?.['reason'] as { failure?: unknown } | null)?.failure).toBeUndefined();
  const events = (await line.run('events', id, '--json')).json;
  expect(events.at(-1)).toMatchObject({ type: 'complete', data: { reason: shown?.['reason'] } });
});
