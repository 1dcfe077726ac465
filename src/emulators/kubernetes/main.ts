/**
 * The Kubernetes emulator as a process of its own. Prints one line of JSON when ready. It ends on
 * SIGTERM or SIGINT, and its containers with it. When its input ends, its parent is gone: it ends
 * too, but with `--data` the containers go on, and the next start finds them.
 *
 * Options: `--data DIR`, `--port N`, `--namespace NAME` (repeatable), `--token TEXT` (or the variable
 * EMULATOR_TOKEN), `--log-max-bytes N`, `--kubeconfig FILE` (default: beside its data).
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { lockFolder } from '../folder-lock.ts';
import { createKubernetes } from './kubernetes.ts';

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    port: { type: 'string' },
    namespace: { type: 'string', multiple: true },
    token: { type: 'string' },
    'log-max-bytes': { type: 'string' },
    kubeconfig: { type: 'string' },
  },
});

const { data } = values;
const token = values.token ?? process.env['EMULATOR_TOKEN'];
if (data !== undefined) {
  mkdirSync(data, { recursive: true });
  // An emulator whose parent was killed may still be ending.
  await lockFolder(data, { wait: true });
}
const kubernetes = await createKubernetes({
  ...(data === undefined ? {} : { dataDir: data }),
  ...(values.port === undefined ? {} : { port: Number(values.port) }),
  ...(values.namespace === undefined ? {} : { namespaces: values.namespace }),
  ...(token === undefined ? {} : { token }),
  ...(values['log-max-bytes'] === undefined
    ? {}
    : { logMaxBytes: Number(values['log-max-bytes']) }),
  log: (message) => void process.stderr.write(`${message}\n`),
});

const kubeconfig = values.kubeconfig ?? join(kubernetes.directory, 'kubeconfig');
// It holds the token.
writeFileSync(kubeconfig, kubernetes.kubeconfig, { mode: 0o600 });

let ending = false;
async function end(keepProcesses: boolean): Promise<void> {
  if (ending) return;
  ending = true;
  await kubernetes.close({ keepProcesses });
  process.exit(0);
}

const orphaned = (): void => void end(data !== undefined);
process.on('SIGTERM', () => void end(false));
process.on('SIGINT', () => void end(false));
process.stdin.on('end', orphaned);
process.stdin.on('error', orphaned);
process.stdout.on('error', orphaned);
process.stdin.resume();
process.stdout.write(`${JSON.stringify({ ready: true, url: kubernetes.url, kubeconfig })}\n`);
