/** The local stack as a user starts it: a process, a line of JSON, an API. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { onTestFailed, onTestFinished, vi } from 'vitest';
import { ROOT } from '../../../src/build/build.ts';
import { type Client, createClient } from '../../../src/client/index.ts';
import { PATIENCE } from '../../support/patience.ts';
import { commandOf, descendantsOf, isAlive } from '../stack/processes.ts';

export type Ready = {
  readonly ready: true;
  readonly api: string;
  readonly docs: string;
  readonly web_pubsub: string;
  readonly kubernetes: string;
  readonly token: string | null;
};

/** Whose commands run: the folder of this or of another build. */
export type From = { readonly root: string };
const HERE: From = { root: ROOT };

/** Nobody named it to the commands, so they must not look at it. */
const NOWHERE = '/no/such/kubeconfig';

/** So much of what a command printed is shown when its test fails. */
const OUTPUT_CHARS = 20_000;

/**
 * Runs a command of `src/dev`; it is killed at the end of the test, if it still runs. What it printed
 * is shown when the test fails.
 */
export function run(
  name: string,
  args: readonly string[],
  env: Record<string, string> = {},
  { root } = HERE,
) {
  // What a killed process leaves in the temporary folder goes with it.
  const temporary = mkdtempSync(join(tmpdir(), 'sluice-e2e-'));
  const child = spawn(process.execPath, [join(root, 'src', 'dev', name), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1', KUBECONFIG: NOWHERE, TMPDIR: temporary, ...env },
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const line = new Promise<string>((resolve) =>
    createInterface({ input: child.stdout }).once('line', resolve),
  );
  const exit = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const pid = child.pid ?? 0;
  onTestFailed(() => console.error(`${name} printed:\n${output.slice(-OUTPUT_CHARS)}`));
  onTestFinished(async () => {
    const family = [pid, ...descendantsOf(pid)];
    if (isAlive(pid)) child.kill('SIGKILL');
    await gone(family);
    rmSync(temporary, { recursive: true, force: true });
  });
  return {
    pid,
    exit,
    line,
    kill: (signal: NodeJS.Signals) => child.kill(signal),
    output: () => output,
  };
}

/** Resolves when none of the processes is left. */
export async function gone(pids: readonly number[]): Promise<void> {
  await vi.waitFor(() => {
    const left = pids.filter(isAlive);
    if (left.length > 0) throw new Error(`still alive: ${left.join(' ')}`);
  }, PATIENCE);
}

/** The Functions host below `npm start`; not the processes of a job, which come and go meanwhile. */
function hostBelow(pid: number): number {
  const host = descendantsOf(pid).find((each) => commandOf(each).includes('host/main.js'));
  if (host === undefined) throw new Error('The stack runs no Functions host');
  return host;
}

export async function startStack(
  args: readonly string[] = [],
  env: Record<string, string> = {},
  from = HERE,
) {
  const process = run('start.ts', ['--verbose', ...args], env, from);
  const first = await Promise.race([process.line, process.exit.then((code) => `exit ${code}`)]);
  if (!first.startsWith('{')) throw new Error(`${first}: ${process.output()}`);
  const ready = JSON.parse(first) as Ready;
  const token = ready.token === null ? {} : { token: ready.token };
  const client = createClient({ url: ready.api, ...token });
  return { ...process, ready, client, host: () => hostBelow(process.pid) };
}

/** Starts the example `hello` for some seconds. */
export const hello = (client: Client, seconds: number) =>
  client.startRun({
    pipeline: 'hello',
    container: { image: 'busybox:1.37', env: { HELLO_SECONDS: String(seconds) } },
  });
