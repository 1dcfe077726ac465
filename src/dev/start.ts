/**
 * `npm start`: the stack, until Ctrl-C. Prints one line of JSON on standard output when it is ready;
 * everything else goes to standard error. Under npm its banner comes before that line: `--ready-file` has the line alone.
 */
import { once } from 'node:events';
import { rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { aborted, runCommand, stopOnSignals } from '../build/signals.ts';
import { ADMIN_TOKEN_MIN } from '../core/access/token-limits.ts';
import { checkCluster } from './cluster-check.ts';
import { storeOf } from './parts/storage.ts';
import { type Stack, startStack } from './stack.ts';

const LOOPBACK = '127.0.0.1';

const USAGE = `npm start -- [options]
  --port N            port of the API (a free one)
  --data DIR          keep state in DIR (in memory, gone at the end)
  --store STORE       azurite, or sqlite: killing any process then loses nothing (azurite)
  --kubeconfig FILE   use this cluster (an emulator that runs each Job as local processes)
  --namespace NAME    its namespace (sluice)
  --token T           admin token, ${ADMIN_TOKEN_MIN} characters or more; /admin of the host asks for it as x-functions-key (open to this machine)
  --tick SCHEDULE     when the reconciler runs, NCRONTAB (every 5 seconds)
  --trace-url URL     address of this API by which drivers of Nextflow reach it, for entries with a trace of tower or weblog (none)
  --ready-file FILE   write the line of JSON to FILE too, once the stack is ready; the file goes with the stack
  --verbose           show what the parts print`;

const readOptions = () =>
  parseArgs({
    options: {
      port: { type: 'string' },
      data: { type: 'string' },
      store: { type: 'string', default: 'azurite' },
      // Never KUBECONFIG of the environment: a cluster has to be named.
      kubeconfig: { type: 'string' },
      namespace: { type: 'string', default: 'sluice' },
      token: { type: 'string' },
      tick: { type: 'string' },
      'trace-url': { type: 'string' },
      'ready-file': { type: 'string' },
      verbose: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  }).values;

/** A port that the API can listen on. */
function portOf(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) < 65_536) return Number(text);
  throw new Error(`--port ${text} is no port`);
}

/** Throws unless the port is free, before anything is started; 0 is any free one. */
async function assertFree(port: number): Promise<void> {
  const probe = createServer();
  try {
    probe.listen(port, LOOPBACK);
    await once(probe, 'listening');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why =
      code === 'EADDRINUSE' ? `is taken: another program listens on ${LOOPBACK}` : `: ${message}`;
    throw new Error(`--port ${port} ${why}`, { cause: error });
  } finally {
    probe.close();
  }
}

/** Written as a whole, so that a reader never sees half of it. Readable by its owner alone, as it may hold the token. */
async function writeReady(path: string, text: string): Promise<void> {
  const draft = `${path}.${process.pid}.new`;
  await writeFile(draft, text, { mode: 0o600 });
  await rename(draft, path);
}

async function run(): Promise<number> {
  const values = readOptions();
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  if (values.token !== undefined && values.token.length < ADMIN_TOKEN_MIN) {
    throw new Error(`--token must have at least ${ADMIN_TOKEN_MIN} characters`);
  }
  const port = values.port === undefined ? undefined : portOf(values.port);
  if (port !== undefined) await assertFree(port);
  const readyFile = values['ready-file'];
  // A file of an earlier stack would be taken for this one's.
  if (readyFile !== undefined) await rm(readyFile, { force: true });
  const kubeconfig = values.kubeconfig === undefined ? undefined : resolve(values.kubeconfig);
  if (kubeconfig !== undefined) {
    const missing = await checkCluster(kubeconfig, values.namespace);
    // Targets may name other namespaces and accounts.
    if (missing !== null) console.error(missing);
  }
  const { signal } = stopOnSignals();
  const stack = await startStack({
    signal,
    store: storeOf(values.store),
    ...(port !== undefined && { port }),
    ...(values.data !== undefined && { dataDir: resolve(values.data) }),
    ...(kubeconfig !== undefined && { kubeconfig, namespace: values.namespace }),
    ...(values.token !== undefined && { token: values.token }),
    ...(values.tick !== undefined && { tickSchedule: values.tick }),
    ...(values['trace-url'] !== undefined && {
      settings: { SLUICE_TRACE_URL: values['trace-url'] },
    }),
    ...(values.verbose && { log: (line: string) => console.error(line) }),
  });
  const { api, page, docs, webPubSub, kubernetes, token } = stack;
  const line = JSON.stringify({
    ready: true,
    api,
    page,
    docs,
    web_pubsub: webPubSub,
    kubernetes,
    token,
  });
  try {
    if (readyFile !== undefined) await writeReady(readyFile, `${line}\n`);
    console.log(line);
    return await untilEnd(stack, signal);
  } finally {
    await stack.close();
    if (readyFile !== undefined) await rm(readyFile, { force: true });
  }
}

/** Resolves with the exit code. */
async function untilEnd(stack: Stack, signal: AbortSignal): Promise<number> {
  const why = await Promise.race([aborted(signal), stack.failed]);
  console.error(signal.aborted ? `${why}; ending the stack and its runs.` : why);
  return signal.aborted ? 0 : 1;
}

// The reader may close the pipe; the stack goes on.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

await runCommand(run);
