/** Programs in a terminal of their own (a real pty), and in a pipe. What a person sees is what an emulator draws. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import xterm from '@xterm/headless';
import { onTestFailed, onTestFinished, vi } from 'vitest';
import { ROOT } from '../../../src/build/build.ts';
import { PATIENCE } from '../../support/patience.ts';
import { descendantsOf, isAlive } from '../stack/processes.ts';

export const PROGRAM = join(ROOT, 'dist', 'npm', 'cli.js');
export const CTRL_C = '\u0003';
const ROWS = 40;
const SCROLLBACK = 10_000;

export const word = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

export type Env = Readonly<Record<string, string | undefined>>;

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'sluice-cli-e2e-'));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

/** The variables of somebody who has a server and nothing else. */
function environment(own: Env): Env {
  const { NO_COLOR: _, FORCE_COLOR: _forced, CI: _ci, DISPLAY: _display, ...env } = process.env;
  return { ...env, SLUICE_CONFIG: join(folder(), 'config.json'), TERM: 'xterm-256color', ...own };
}

function end(child: ChildProcess): void {
  const family = [child.pid ?? 0, ...descendantsOf(child.pid ?? 0)];
  for (const pid of family) if (isAlive(pid)) process.kill(pid, 'SIGKILL');
}

export type TerminalOptions = { readonly columns?: number; readonly env?: Env };

/** A shell command in a terminal, whose other end is `script`. */
export function terminal(command: string, { columns = 120, env = {} }: TerminalOptions = {}) {
  const named = join(folder(), 'tty');
  const inside = `stty cols ${columns} rows ${ROWS}; tty > ${word(named)}; ${command}`;
  const child = spawn('script', ['--quiet', '--return', '--command', inside, '/dev/null'], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: environment(env),
  });
  const emulator = new xterm.Terminal({
    cols: columns,
    rows: ROWS,
    scrollback: SCROLLBACK,
    allowProposedApi: true,
  });
  let output = '';
  let drawn = Promise.resolve();
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk;
    drawn = new Promise((resolve) => emulator.write(chunk, resolve));
  });
  child.stdin.on('error', () => undefined);
  const exit = new Promise<number | null>((resolve) => child.once('close', resolve));
  onTestFailed(() => console.error(`${command} printed:\n${output}`));
  onTestFinished(() => end(child));
  const lines = (): readonly string[] => {
    const { active } = emulator.buffer;
    const all = Array.from({ length: active.length }, (_, at) => active.getLine(at));
    return all.map((line) => line?.translateToString(true) ?? '');
  };
  return {
    exit,
    output: () => output,
    /** What can be seen of it, scrolled back to its begin, without the empty rows at the end. */
    async screen(): Promise<string> {
      await drawn;
      return lines().join('\n').trimEnd();
    },
    type: (text: string) => void child.stdin.write(text),
    printed: (what: RegExp) =>
      vi.waitFor(() => {
        if (!what.test(output)) throw new Error(`${what} has not been printed yet`);
      }, PATIENCE),
    /** As somebody who drags the window: the program is told by a signal. */
    async resize(to: number): Promise<void> {
      await vi.waitFor(
        () => existsSync(named) || Promise.reject(new Error('no terminal')),
        PATIENCE,
      );
      await drawn;
      emulator.resize(to, ROWS);
      execFileSync('stty', ['-F', readFileSync(named, 'utf8').trim(), 'cols', String(to)]);
    },
  };
}

export const sluiceIn = (
  args: readonly string[],
  options: TerminalOptions & { readonly api: string },
) =>
  terminal(`exec ${[process.execPath, PROGRAM, ...args].map(word).join(' ')}`, {
    ...options,
    env: { SLUICE_URL: options.api, ...options.env },
  });

/** In a pipe. */
export async function inPipe(args: readonly string[], env: Env) {
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: environment(env),
  });
  onTestFinished(() => end(child));
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, out, err };
}
