/** The command line in a terminal and in a pipe, against the stack as a user starts it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test as it, onTestFailed, onTestFinished, vi } from 'vitest';
import { build, ROOT } from '../../../src/build/build.ts';
import { PATIENCE } from '../../support/patience.ts';
import { descendantsOf, isAlive } from '../stack/processes.ts';
import { startStack } from '../support/stack.ts';

const PROGRAM = join(ROOT, 'dist', 'npm', 'cli.js');
const CTRL_C = '\u0003';
const word = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

function environment(api: string): Record<string, string | undefined> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-cli-e2e-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const { NO_COLOR: _, ...env } = process.env;
  return { ...env, SLUICE_URL: api, SLUICE_CONFIG: join(folder, 'config.json'), TERM: 'xterm' };
}

function end(child: ChildProcess): void {
  const family = [child.pid ?? 0, ...descendantsOf(child.pid ?? 0)];
  for (const pid of family) if (isAlive(pid)) process.kill(pid, 'SIGKILL');
}

/** In a terminal of its own, whose other end is `script`. */
function inTerminal(api: string, ...args: readonly string[]) {
  const command = `stty cols 120 rows 40; exec ${[process.execPath, PROGRAM, ...args].map(word).join(' ')}`;
  const child = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: environment(api),
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stdin.on('error', () => undefined);
  const exit = new Promise<number | null>((resolve) => child.once('exit', resolve));
  onTestFailed(() => console.error(`sluice ${args.join(' ')} printed:\n${output}`));
  onTestFinished(() => end(child));
  return {
    exit,
    output: () => output,
    type: (text: string) => void child.stdin.write(text),
    printed: (what: RegExp) =>
      vi.waitFor(() => {
        if (!what.test(output)) throw new Error(`${what} has not been printed yet`);
      }, PATIENCE),
  };
}

/** In a pipe. */
async function inPipe(api: string, ...args: readonly string[]) {
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: environment(api),
  });
  onTestFinished(() => end(child));
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, out, err };
}

const container = (script: string) => ['--image', 'busybox:1.37', '--', 'sh', '-c', script];
const COUNT = 'i=1; while [ $i -le 5 ]; do echo "[$i/5] step $i"; i=$((i+1)); sleep 0.3; done';

beforeAll(async () => {
  await build();
});

it('watches a run in a terminal to its end: state, progress, log', async () => {
  const { api } = (await startStack()).ready;
  const watching = inTerminal(api, 'run', 'count', '--follow', ...container(COUNT));
  await watching.printed(/\[5\/5\] step 5/);
  expect(await watching.exit).toBe(0);
  expect(watching.output()).toMatch(/━.*5\/5/);
  expect(watching.output()).toMatch(/succeeded/);
});

it('prints the log alone into a pipe, and tells the end by the exit code', async () => {
  const { ready, client } = await startStack();
  const { api } = ready;
  const good = await inPipe(api, 'run', 'count', '-f', ...container(COUNT));
  const steps = Array.from({ length: 5 }, (_, at) => `[${at + 1}/5] step ${at + 1}\n`);
  expect(good).toMatchObject({ code: 0, out: steps.join('') });
  const bad = await inPipe(api, 'run', 'bad', '-f', ...container('echo why; exit 3'));
  expect(bad).toMatchObject({ code: 1, out: 'why\n', err: expect.stringContaining('exit code 3') });
  const { runs } = await client.listRuns({ state: 'failed' });
  const again = await inPipe(api, 'rerun', runs[0]?.run_id ?? '', '--json');
  expect(JSON.parse(again.out)).toMatchObject({ pipeline: 'bad' });
  const lines = await inPipe(api, 'logs', '-f', '--json', '--tail', '1', runs[0]?.run_id ?? '');
  expect(JSON.parse(lines.out)).toMatchObject({ message: 'why', container: 'driver' });
  expect(await inPipe('http://127.0.0.1:9', 'list')).toMatchObject({
    code: 4,
    err: expect.stringContaining('sluice profiles'),
  });
});

it('leaves the run at the first Ctrl-C, and asks at the second whether to cancel it', async () => {
  const { ready, client } = await startStack();
  const { api } = ready;
  const leaving = inTerminal(api, 'run', 'long', '--follow', ...container('echo up; sleep 600'));
  await leaving.printed(/up\r?\n/);
  leaving.type(CTRL_C);
  await leaving.printed(/sluice logs -f r[0-9a-z]{15}/);
  expect(await leaving.exit).toBe(130);
  const [run] = (await client.listRuns({ state: 'running' })).runs;
  const back = inTerminal(api, 'logs', '-f', run?.run_id ?? '');
  await back.printed(/up\r?\n/);
  back.type(CTRL_C);
  await back.printed(/Ctrl-C again/);
  back.type(CTRL_C);
  await back.printed(/Cancel the run/);
  back.type('y\n');
  expect(await back.exit).toBe(3);
  await vi.waitFor(async () => {
    const { state } = await client.getRun(run?.run_id ?? '');
    expect(state).toBe('cancelled');
  }, PATIENCE);
});

it('completes commands in bash, zsh and fish', async () => {
  for (const shell of ['bash', 'zsh', 'fish']) {
    const made = await inPipe('http://127.0.0.1:9', 'completion', shell);
    expect(made).toMatchObject({ code: 0, out: expect.stringContaining('sluice') });
  }
  const asked = await inPipe('http://127.0.0.1:9', 'complete', '--', 'ca');
  expect(asked.out).toMatch(/^cancel\b/m);
});
