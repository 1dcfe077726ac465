/** `kubectl` of the lab, and manifests of Kustomize moved into namespaces of a test. */
import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { dumpYaml } from '@kubernetes/client-node';
import { onTestFinished } from 'vitest';
import { ROOT } from '../../../src/build/build.ts';
import { kubeconfig } from './lab.ts';

const beside = join(dirname(kubeconfig), 'bin', 'kubectl');
const KUBECTL = existsSync(beside) ? beside : 'kubectl';
const OUTPUT_MAX = 16 * 2 ** 20;

export const MANIFESTS = join(ROOT, 'k8s-manifests');

export async function kubectl(...args: readonly string[]): Promise<string> {
  const env = { ...process.env, KUBECONFIG: kubeconfig };
  const { stdout } = await promisify(execFile)(KUBECTL, [...args], { env, maxBuffer: OUTPUT_MAX });
  return stdout;
}

/** What a folder of Kustomize makes, as YAML. */
export const render = (folder: string): Promise<string> => kubectl('kustomize', folder);

/** An overlay of a test over a folder of the repository, in a folder that goes with the test. */
export async function overlay(base: string, more: object): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-overlay-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const resources = [relative(folder, base)];
  await writeFile(join(folder, 'kustomization.yaml'), dumpYaml({ resources, ...more }));
  return folder;
}

/** The manifests with other names for namespaces, wherever one is named. */
export const moved = (yaml: string, names: Readonly<Record<string, string>>): string =>
  yaml
    .split(/^---$/m)
    .map((text) => {
      const named = text.replaceAll(
        /^([- ]*namespace: )(.+)$/gm,
        (_line, key: string, name: string) => `${key}${names[name] ?? name}`,
      );
      return /^kind: Namespace$/m.test(text)
        ? named.replace(/^( {2}name: )(.+)$/m, (_line, key, name) => `${key}${names[name] ?? name}`)
        : named;
    })
    .join('---');

/** `kubectl apply` of YAML or JSON; what it says, warnings included. */
export function apply(manifests: string, ...args: readonly string[]): Promise<string> {
  const env = { ...process.env, KUBECONFIG: kubeconfig };
  const child = spawn(KUBECTL, ['apply', ...args, '-f', '-'], { env });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  child.stdin.end(manifests);
  return new Promise((resolve, reject) => {
    child.once('close', (code) =>
      code === 0 ? resolve(said) : reject(new Error(`kubectl apply: ${said}`)),
    );
  });
}
