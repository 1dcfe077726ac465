/** Ctrl-C in a terminal, under npm: whatever comes and however often, the runs are told and nothing is left. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFailed, onTestFinished, vi } from 'vitest';
import { ROOT } from '../../../src/build/build.ts';
import { createClient } from '../../../src/client/index.ts';
import { PATIENCE } from '../../support/patience.ts';
import { gone, type Ready } from '../support/stack.ts';
import { commandOf, descendantsOf, isAlive } from './processes.ts';

const CTRL_C = '\u0003';

function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'sluice-ctrl-c-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true, maxRetries: 3 }));
  return dir;
}

/**
 * A command in a terminal of its own; `script` is its other end, and passes on what is written to it. It starts the
 * command by a shell, whose exit code is its own when it is interrupted: `exec` in the command leaves no shell.
 */
function inTerminal(command: string) {
  const temporary = folder();
  const terminal = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
    cwd: ROOT,
    stdio: ['pipe', 'pipe', 'pipe'],
    // What npm and the compiler keep between two runs is not ours.
    env: { ...process.env, TMPDIR: temporary, NODE_DISABLE_COMPILE_CACHE: '1', NO_COLOR: '1' },
  });
  let output = '';
  terminal.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  terminal.stdin.on('error', () => undefined);
  const exit = new Promise<number | null>((resolve) => terminal.once('exit', resolve));
  onTestFailed(() => console.error(`${command} printed:\n${output}`));
  onTestFinished(() => end(terminal));
  return {
    pid: terminal.pid ?? 0,
    exit,
    press: () => void terminal.stdin.write(CTRL_C),
    printed: (what: RegExp) =>
      vi.waitFor(() => {
        const found = what.exec(output)?.[0];
        if (found === undefined) throw new Error(`${command} has not printed ${what} yet`);
        return found;
      }, PATIENCE),
    left: () => readdirSync(temporary),
  };
}

function end(terminal: ChildProcess): void {
  const family = descendantsOf(terminal.pid ?? 0);
  for (const pid of [terminal.pid ?? 0, ...family]) {
    if (isAlive(pid)) process.kill(pid, 'SIGKILL');
  }
}

/** Says so when it is told to end, in a file of its own. */
const tellTale = (file: string): string =>
  `trap 'echo told >${file}; exit 143' TERM; echo up; while :; do sleep 0.1; done`;

async function startedStack(args: string) {
  const terminal = inTerminal(`exec npm start -- ${args}`);
  const ready = JSON.parse(await terminal.printed(/\{"ready":.*\}/)) as Ready;
  const client = createClient({ url: ready.api });
  const file = join(folder(), 'told');
  const { run_id } = await client.startRun({
    pipeline: 'tell-tale',
    kind: 'container',
    container: { image: 'busybox:1.37', command: ['sh', '-c'], args: [tellTale(file)] },
  });
  for await (const event of client.watch(run_id)) if (event.type === 'log') break;
  const family = descendantsOf(terminal.pid);
  expect(family.map(commandOf).join('\n')).toContain('echo told');
  return { terminal, run_id, family, told: () => readFileSync(file, 'utf8') };
}

it.each([
  ['once', 1, false],
  ['twice', 2, false],
  ['once', 1, true],
  ['twice', 2, true],
])('ends npm start by Ctrl-C, %s', async (_often, times, withData) => {
  const data = join(folder(), 'data');
  const { terminal, run_id, family, told } = await startedStack(withData ? `--data ${data}` : '');
  for (let time = 0; time < times; time += 1) {
    terminal.press();
    await terminal.printed(/Stopped: SIGINT; ending/);
  }
  expect(await terminal.exit).toBe(0);
  await gone(family);
  expect(told()).toBe('told\n');
  expect(terminal.left()).toEqual([]);
  if (!withData) return;
  const again = inTerminal(`exec npm start -- --data ${data}`);
  const { api } = JSON.parse(await again.printed(/\{"ready":.*\}/)) as Ready;
  const client = createClient({ url: api });
  for await (const event of client.watch(run_id)) if (event.type === 'complete') break;
  expect(await client.getRun(run_id)).toMatchObject({
    state: 'failed',
    exit_code: 143,
    reason: { code: 'killed' },
  });
  again.press();
  expect(await again.exit).toBe(0);
});

it('ends drivers too when the emulator that keeps them hangs', async () => {
  const { terminal, family } = await startedStack(`--data ${join(folder(), 'data')}`);
  const emulator = family.find((pid) => commandOf(pid).includes('kubernetes/main.ts')) ?? 0;
  process.kill(emulator, 'SIGSTOP');
  terminal.press();
  expect(await terminal.exit).toBe(0);
  await gone(family);
});

it.each(['npm start', 'npm run demo'])('ends %s by Ctrl-C while it starts', async (command) => {
  const terminal = inTerminal(`exec ${command}`);
  // The host comes last.
  const family = await vi.waitFor(() => {
    const found = descendantsOf(terminal.pid);
    expect(found.map(commandOf).join('\n')).toContain('azurite-main');
    return found;
  }, PATIENCE);
  terminal.press();
  expect(await terminal.exit).not.toBe(0);
  await terminal.printed(/Stopped: SIGINT/);
  await gone(family);
  expect(terminal.left()).toEqual([]);
});

it('ends the build by Ctrl-C, and starts nothing then', async () => {
  const terminal = inTerminal('exec npm start');
  await vi.waitFor(() => expect(terminal.left().join()).toContain('sluice-types'), PATIENCE);
  const family = descendantsOf(terminal.pid);
  terminal.press();
  expect(await terminal.exit).not.toBe(0);
  await gone(family);
  expect(terminal.left()).toEqual([]);
});

it('ends the demo when nobody reads it any more', async () => {
  // Its third line is printed when everything is up.
  const terminal = inTerminal('node src/dev/demo/demo.ts | head -n 3');
  const family = await vi.waitFor(() => {
    const found = descendantsOf(terminal.pid);
    expect(found.map(commandOf).join('\n')).toContain('azurite-main');
    return found;
  }, PATIENCE);
  await terminal.printed(/nobody reads/);
  expect(await terminal.exit).toBe(0);
  await gone(family);
  expect(terminal.left()).toEqual([]);
});
