/**
 * `npm start`: the stack, until Ctrl-C. Prints one line of JSON on standard output when it is ready;
 * everything else goes to standard error.
 */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { aborted, runCommand, stopOnSignals } from './signals.ts';
import { startStack } from './stack.ts';

const USAGE = `npm start -- [options]
  --port N            port of the API (a free one)
  --data DIR          keep state in DIR (in memory, gone at the end)
  --kubeconfig FILE   use this cluster (that of KUBECONFIG; else a stand-in that runs each Job as local processes)
  --namespace NAME    its namespace (sluice)
  --token T           admin token, 16 characters or more (open to this machine)
  --tick SCHEDULE     when the reconciler runs, NCRONTAB (every 5 seconds)
  --verbose           show what the parts print`;

const TOKEN_MIN = 16;

const readOptions = () =>
  parseArgs({
    options: {
      port: { type: 'string' },
      data: { type: 'string' },
      kubeconfig: { type: 'string', default: process.env['KUBECONFIG'] ?? '' },
      namespace: { type: 'string', default: 'sluice' },
      token: { type: 'string' },
      tick: { type: 'string' },
      verbose: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  }).values;

/** A port that the API can listen on. */
function portOf(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) < 65_536) return Number(text);
  throw new Error(`--port ${text} is no port`);
}

async function run(): Promise<number> {
  const values = readOptions();
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  if (values.token !== undefined && values.token.length < TOKEN_MIN) {
    throw new Error(`--token must have at least ${TOKEN_MIN} characters`);
  }
  const { signal } = stopOnSignals();
  const stack = await startStack({
    signal,
    ...(values.port !== undefined && { port: portOf(values.port) }),
    ...(values.data !== undefined && { dataDir: resolve(values.data) }),
    ...(values.kubeconfig !== '' && {
      kubeconfig: resolve(values.kubeconfig),
      namespace: values.namespace,
    }),
    ...(values.token !== undefined && { token: values.token }),
    ...(values.tick !== undefined && { tickSchedule: values.tick }),
    ...(values.verbose && { log: (line: string) => console.error(line) }),
  });
  const { api, docs, webPubSub, kubernetes, token } = stack;
  console.log(JSON.stringify({ ready: true, api, docs, web_pubsub: webPubSub, kubernetes, token }));
  const why = await Promise.race([aborted(signal), stack.failed]);
  console.error(signal.aborted ? `${why}; ending the stack and its runs.` : why);
  await stack.close();
  return signal.aborted ? 0 : 1;
}

// Whoever reads may go; the stack then goes on without a listener.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

await runCommand(run);
