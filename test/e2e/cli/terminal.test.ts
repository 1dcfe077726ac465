/** The command line in a terminal and in a pipe, against the stack as a user starts it. */
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test as it, vi } from 'vitest';
import { build } from '../../../src/build/build.ts';
import { PATIENCE } from '../../support/patience.ts';
import { startStack } from '../support/stack.ts';
import { CTRL_C, inPipe, sluiceIn } from '../support/terminal.ts';

const NOWHERE = 'http://127.0.0.1:1';
const container = (script: string) => ['--image', 'busybox:1.37', '--', 'sh', '-c', script];
const COUNT = 'i=1; while [ $i -le 5 ]; do echo "[$i/5] step $i"; i=$((i+1)); sleep 0.3; done';
/** Waits until somebody makes the file, so that no test measures time. */
const until = (file: string): string => `until [ -e ${file} ]; do sleep 0.1; done`;
// oxlint-disable-next-line no-control-regex -- what must not be there
const ANSI = /\u001b/;

beforeAll(async () => {
  await build();
});

it('watches a run in a terminal to its end: state, progress, log, and leaves no rest of the line below', async () => {
  const { api } = (await startStack()).ready;
  const watching = sluiceIn(['run', 'count', '--follow', ...container(COUNT)], { api });
  expect(await watching.exit).toBe(0);
  expect(watching.output()).toMatch(/━.*5\/5/);
  const steps = Array.from({ length: 5 }, (_, at) => `[${at + 1}/5] step ${at + 1}`);
  const screen = (await watching.screen()).split('\n');
  expect(screen[0]).toMatch(/^r[0-9a-z]{15}$/);
  expect(screen.filter((line) => line.startsWith('['))).toEqual(steps);
  expect(screen.at(-1)).toMatch(/^succeeded, after/);
  expect(screen.join('\n')).not.toContain('Ctrl-C');
});

it('keeps within a narrow terminal, follows its width, and draws wide characters', async () => {
  const { api } = (await startStack()).ready;
  const go = join(tmpdir(), `sluice-narrow-${process.pid}`);
  const script = `echo '計算を始めます'; ${until(go)}; rm ${go}; echo '[1/2] 半分'`;
  const args = ['run', 'wide', '--follow', ...container(script)];
  const watching = sluiceIn(args, { api, columns: 80 });
  await watching.printed(/計算を始めます/);
  await watching.printed(/running.*Ctrl-C leaves/);
  await watching.resize(40);
  writeFileSync(go, '');
  expect(await watching.exit).toBe(0);
  const screen = await watching.screen();
  expect(screen).toContain('計算を始めます');
  expect(screen).toContain('[1/2] 半分');
  expect(screen).toMatch(/succeeded, after [\d.]+s$/);
  const listed = sluiceIn(['list'], { api, columns: 40 });
  expect(await listed.exit).toBe(0);
  expect(await listed.screen()).toMatch(/^run +r[0-9a-z]{15}\nstate +succeeded\n/);
});

it('prints the log alone into a pipe, and tells the end by the exit code', async () => {
  const { ready, client } = await startStack();
  const { api } = ready;
  const env = { SLUICE_URL: api };
  const good = await inPipe(['run', 'count', '-f', ...container(COUNT)], env);
  const steps = Array.from({ length: 5 }, (_, at) => `[${at + 1}/5] step ${at + 1}\n`);
  expect(good).toMatchObject({ code: 0, out: steps.join('') });
  expect(good.err).not.toMatch(ANSI);
  const bad = await inPipe(['run', 'bad', '-f', ...container('echo why; exit 3')], env);
  expect(bad).toMatchObject({ code: 1, out: 'why\n', err: expect.stringContaining('exit code 3') });
  const { runs } = await client.listRuns({ state: 'failed' });
  const id = runs[0]?.run_id ?? '';
  const again = await inPipe(['rerun', id, '--json'], env);
  expect(JSON.parse(again.out)).toMatchObject({ pipeline: 'bad' });
  const lines = await inPipe(['logs', '-f', '--json', '--tail', '1', id], env);
  expect(JSON.parse(lines.out)).toMatchObject({ message: 'why', container: 'driver' });
  const events = await inPipe(['events', '-f', '--json', id], env);
  expect(events.code).toBe(1);
  const types = events.out
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { type: string }).type);
  expect(types.at(0)).toBe('status');
  expect(types.at(-1)).toBe('complete');
});

it.each([
  [2, ['list', '--limit', '0'], {}],
  [2, ['show'], {}],
  [2, ['frobnicate'], {}],
  [4, ['list'], {}],
  [4, ['list', '--json'], {}],
  [2, ['list'], { SLUICE_URL: 'no address' }],
])('ends with %i: sluice %j', async (code, args, env) => {
  const ended = sluiceIn(args, { api: NOWHERE, env });
  expect(await ended.exit).toBe(code);
  // What to do is in the last line.
  expect(await ended.screen()).toMatch(/sluice|https:|from 1 to|SLUICE_URL/);
});

it('has no colours where nobody wants them, and moves nothing in a dumb terminal', async () => {
  const { api } = (await startStack()).ready;
  for (const env of [{ NO_COLOR: '1', TERM: 'dumb' }, { TERM: 'dumb' }]) {
    const watching = sluiceIn(['run', 'count', '-f', ...container(COUNT)], { api, env });
    expect(await watching.exit).toBe(0);
    expect(watching.output()).toContain('[5/5] step 5');
    expect(watching.output()).not.toMatch(ANSI);
  }
  const plain = sluiceIn(['list'], { api, env: { NO_COLOR: '1' } });
  expect(await plain.exit).toBe(0);
  expect(plain.output()).toContain('succeeded');
  expect(plain.output()).not.toMatch(ANSI);
});

it('leaves the run at the first Ctrl-C, and asks at the second whether to cancel it', async () => {
  const { ready, client } = await startStack();
  const { api } = ready;
  const follow = ['run', 'long', '--follow', ...container('echo up; sleep 600')];
  const leaving = sluiceIn(follow, { api });
  await leaving.printed(/up\r?\n/);
  leaving.type(CTRL_C);
  await leaving.printed(/sluice logs -f r[0-9a-z]{15}/);
  expect(await leaving.exit).toBe(130);
  const [run] = (await client.listRuns({ state: 'running' })).runs;
  const id = run?.run_id ?? '';
  const staying = sluiceIn(['events', '-f', id], { api });
  await staying.printed(/running/);
  staying.type(CTRL_C);
  await staying.printed(new RegExp(`sluice events -f ${id}`));
  staying.type(CTRL_C);
  await staying.printed(/Cancel the run/);
  staying.type('\r');
  expect(await staying.exit).toBe(130);
  expect((await client.getRun(id)).state).toBe('running');
  const back = sluiceIn(['logs', '-f', id], { api });
  const other = sluiceIn(['logs', '-f', id], { api });
  await other.printed(/up\r?\n/);
  await back.printed(/up\r?\n/);
  back.type(CTRL_C);
  await back.printed(/Ctrl-C again/);
  back.type(CTRL_C);
  await back.printed(/Cancel the run/);
  back.type('y\n');
  expect(await back.exit).toBe(3);
  // Who watches meanwhile sees the same end.
  expect(await other.exit).toBe(3);
  await vi.waitFor(async () => {
    const { state } = await client.getRun(id);
    expect(state).toBe('cancelled');
  }, PATIENCE);
});
