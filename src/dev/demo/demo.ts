/**
 * `npm run demo`: starts the stack, runs the example `hello`, watches it with two clients, and checks
 * that both got every line that the driver printed, once and in order, though their connections were cut and the functions
 * host was killed meanwhile. Exit code 1 when not.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { aborted, runCommand, stopOnSignals } from '../../build/signals.ts';
import { type Client, createClient, type RunEvent, type StartedRun } from '../../client/index.ts';
import { checkCluster } from '../cluster-check.ts';
import { storeOf } from '../parts/storage.ts';
import { type Stack, startStack } from '../stack.ts';
import { checkByHash, compare, type Verdict } from './check.ts';
import { createRelays, faultsOf, type Relays } from './faults.ts';
import * as view from './view.ts';
import { startViewer, type Viewer } from './viewer.ts';

const USAGE = `npm run demo -- [options]
  --keep              leave the stack up afterwards, until Ctrl-C
  --store STORE       azurite or sqlite (azurite)
  --kubeconfig FILE   run on this cluster (on this machine)
  --namespace NAME    its namespace (sluice)
  --image IMAGE       an image with a POSIX shell that the cluster can get (busybox:1.37)
  --seconds N         how long the example takes (20)
  --verbose           show what the parts of the stack print`;

const readOptions = () =>
  parseArgs({
    options: {
      keep: { type: 'boolean', default: false },
      store: { type: 'string', default: 'azurite' },
      // Never KUBECONFIG of the environment: a cluster has to be named.
      kubeconfig: { type: 'string' },
      namespace: { type: 'string', default: 'sluice' },
      image: { type: 'string' },
      seconds: { type: 'string', default: '20' },
      verbose: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  }).values;

type Options = ReturnType<typeof readOptions>;

const PIPELINE = 'hello';
/** Time for everything but the example itself; an image may have to be pulled. */
const PATIENCE_MS = 120_000;

async function begin(client: Client, values: Options, output: string | null): Promise<StartedRun> {
  const { container } = await client.pipelines.get(PIPELINE);
  const image = values.image ?? container?.image ?? '';
  const env = {
    HELLO_SECONDS: values.seconds,
    ...(output !== null && { SLUICE_OUTPUT: output }),
  };
  const request = {
    pipeline: PIPELINE,
    container: { image, env },
    on_busy: 'attach' as const,
    triggered_by: 'demo',
  };
  const timed = async (): Promise<{ run: StartedRun; ms: number }> => {
    const from = performance.now();
    const started = await client.startRun(request);
    return { run: started, ms: Math.round(performance.now() - from) };
  };
  const { run, ms } = await timed();
  view.draft('run', run.run_id, `${PIPELINE}, accepted in ${ms} ms`);
  const { run: again, ms: againMs } = await timed();
  const attached = again.attached === true;
  const same = again.run_id === run.run_id && attached && again.differs !== true;
  view.draft('again', `attached: ${attached}`, `the same request, the same run, in ${againMs} ms`);
  if (!same) throw new Error('A second start did not attach to the run that is going');
  return run;
}

/** The stack, and the relays on which the demo's clients reach it. */
type Demo = { readonly stack: Stack; readonly relays: Relays; readonly api: string };

/**
 * Two viewers: one from the start, one that comes when the first wave of the example is over. Then their connections are
 * cut, and the host is killed.
 */
async function watchBoth(
  { stack, relays, api }: Demo,
  run: StartedRun,
  signal: AbortSignal,
): Promise<Viewer[]> {
  const show = view.createLogView(Date.now());
  const shared = { api, token: stack.token, runId: run.run_id, signal };
  return new Promise((resolveViewers, reject) => {
    let late: Viewer | undefined;
    const join = (): string => {
      late = startViewer({ ...shared, name: 'second client' });
      return 'the second client joins';
    };
    const steps = [{ wave: 1, act: join }, ...faultsOf(relays, stack)];
    const onEvent = (event: RunEvent): void => {
      show(event);
      const wave = event.type === 'progress' ? (event.data.completed ?? 0) : 0;
      while (steps[0] !== undefined && steps[0].wave <= wave) {
        const done = steps.shift()?.act();
        view.remark(`         ${done}`);
      }
    };
    const first = startViewer({ ...shared, name: 'first client', onEvent });
    const end = async (): Promise<Viewer[]> => {
      await first.done;
      await late?.done;
      if (steps.length > 0) throw new Error('The run was over before it was disturbed');
      return late === undefined ? [first] : [first, late];
    };
    end().then(resolveViewers, reject);
  });
}

/** The driver's own copy, and the line that it printed about it. */
async function printedLines(output: string, viewer: Viewer): Promise<string[]> {
  const copy = (await readFile(output, 'utf8')).split('\n').slice(0, -1);
  const last = viewer.lines.at(-1) ?? '';
  return last.startsWith('output: ') ? [...copy, last] : copy;
}

async function judge(viewers: readonly Viewer[], output: string | null): Promise<Verdict[]> {
  return Promise.all(
    viewers.map(async (viewer) => {
      const byHash = checkByHash(viewer.lines);
      if (output === null || !byHash.exact) return byHash;
      return compare(await printedLines(output, viewer), viewer.lines);
    }),
  );
}

async function summarise(
  client: Client,
  run: StartedRun,
  viewers: Viewer[],
  output: string | null,
) {
  const { state, duration_seconds, reason } = await client.getRun(run.run_id);
  view.heading('Summary');
  view.draft('state', state, reason?.message ?? '');
  view.draft('duration', duration_seconds === null ? '–' : `${duration_seconds.toFixed(1)} s`);
  const verdicts = await judge(viewers, output);
  view.table(viewers, verdicts);
  const good =
    state === 'succeeded' && viewers.length === 2 && verdicts.every((verdict) => verdict.exact);
  const lines = viewers[0]?.lines.length ?? 0;
  view.verdictLine(
    good,
    good
      ? `all ${lines} lines of the driver are at both clients, once and in order: 0 lost, 0 doubled`
      : (verdicts.find((verdict) => !verdict.exact)?.why ?? `the run ended as ${state}`),
  );
  return good;
}

async function show(
  scene: Demo,
  values: Options,
  signal: AbortSignal,
  output: string | null,
): Promise<boolean> {
  const client = createClient({ url: scene.stack.api });
  const run = await begin(client, values, output);
  view.heading('Live');
  const viewers = await watchBoth(scene, run, signal);
  if (signal.aborted) throw new Error('The run did not end in time');
  return summarise(client, run, viewers, output);
}

async function demonstrate(values: Options, stop: AbortSignal): Promise<boolean> {
  const began = performance.now();
  const patience = AbortSignal.timeout(PATIENCE_MS + Number(values.seconds) * 1_000);
  const { namespace } = values;
  const kubeconfig = values.kubeconfig === undefined ? undefined : resolve(values.kubeconfig);
  view.heading('Sluice');
  const missing = kubeconfig === undefined ? null : await checkCluster(kubeconfig, namespace);
  if (missing !== null) throw new Error(missing);
  const relays = createRelays();
  const stack = await startStack({
    signal: stop,
    store: storeOf(values.store),
    overrideSettings: relays.overrideSettings,
    // A dead follower is replaced while the example still goes on, not at its end.
    settings: { SLUICE_WATCHDOG_SECONDS: '5' },
    ...(kubeconfig !== undefined && { kubeconfig, namespace }),
    ...(values.verbose && { log: (line: string) => console.error(line) }),
  });
  const scratch = await mkdtemp(join(tmpdir(), 'sluice-demo-'));
  const ready = ((performance.now() - began) / 1000).toFixed(1);
  view.draft('stack', stack.api, `ready in ${ready} s`);
  view.draft('cluster', stack.kubernetes ?? `${kubeconfig}, namespace ${namespace}`);
  const ended = Promise.race([aborted(stop), stack.failed]);
  const interrupted = ended.then((why): never => {
    throw new Error(why);
  });
  // It may come after everything is over.
  interrupted.catch(() => undefined);
  try {
    const output = kubeconfig === undefined ? join(scratch, 'hello.txt') : null;
    const good = await Promise.race([
      show({ stack, relays, api: await relays.api(stack.api) }, values, patience, output),
      interrupted,
    ]);
    view.remark(`in all ${((performance.now() - began) / 1000).toFixed(1)} s`);
    if (values.keep) {
      view.heading('The stack stays up; Ctrl-C ends it');
      view.draft('api', `${stack.api}/api/v1/runs`);
      view.draft('page', stack.page);
      view.draft('docs', stack.docs);
      view.draft('web pubsub', stack.webPubSub);
      view.draft('kubeconfig', stack.kubeconfig);
      await ended;
    }
    return good;
  } finally {
    await stack.close();
    await relays.close();
    await rm(scratch, { recursive: true, force: true });
  }
}

await runCommand(async () => {
  const values = readOptions();
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const stop = stopOnSignals();
  // The reader may close the pipe, as `head` does.
  process.stdout.on('error', () => stop.abort(new Error('Stopped: nobody reads this any more')));
  return (await demonstrate(values, stop.signal)) ? 0 : 1;
});
