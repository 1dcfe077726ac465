/** A standalone installation as its container runs it: the built folder, a claim, one port. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { onTestFailed, onTestFinished } from 'vitest';
import { STANDALONE } from '../../../src/build/build.ts';
import { createKubernetes } from '../../../src/emulators/kubernetes/kubernetes.ts';
import { descendantsOf, isAlive } from '../stack/processes.ts';
import { gone } from './stack.ts';

const MAIN = join(STANDALONE, 'runtime', 'main.js');
const OUTPUT_CHARS = 20_000;

/** A claim, gone at the end of the test. */
export function claim(): string {
  const dir = mkdtempSync(join(tmpdir(), 'sluice-claim-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true, maxRetries: 3 }));
  return dir;
}

/** A cluster beside the installation, which outlives it. Settings that lead to it. */
export async function cluster(): Promise<Record<string, string>> {
  const kubernetes = await createKubernetes({ namespaces: ['sluice'] });
  onTestFinished(() => kubernetes.close());
  return { KUBECONFIG: kubernetes.kubeconfig, SLUICE_DEFAULT_POLICY: 'open' };
}

/** Runs the program with an environment of its own; killed at the end of the test. */
export function command(args: readonly string[], env: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, [MAIN, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'] ?? '', NO_COLOR: '1', ...env },
  });
  let output = '';
  const ready = new Promise<string>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      output += `${line}\n`;
      if (line.startsWith('{"ready":')) resolve((JSON.parse(line) as { url: string }).url);
    });
  });
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const exit = new Promise<number | null>((resolve) => child.once('close', resolve));
  const pid = child.pid ?? 0;
  onTestFailed(() => console.error(output.slice(-OUTPUT_CHARS)));
  onTestFinished(async () => {
    const family = [pid, ...descendantsOf(pid)];
    if (isAlive(pid)) child.kill('SIGKILL');
    await gone(family);
  });
  return {
    pid,
    ready,
    exit,
    output: () => output,
    kill: (signal: NodeJS.Signals) => child.kill(signal),
  };
}

export async function startStandalone(
  dataDir: string,
  env: Readonly<Record<string, string>>,
  hostname = '0.0.0.0',
) {
  const process = command(['--data', dataDir, '--hostname', hostname, '--port', '0'], env);
  const first = await Promise.race([process.ready, process.exit]);
  if (typeof first !== 'string') throw new Error(`exit code ${first}: ${process.output()}`);
  return { ...process, port: Number(new URL(first).port) };
}
