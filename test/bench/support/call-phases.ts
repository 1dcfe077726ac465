/** What a run costs the API server in each phase of its life. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '../../../src/client/index.ts';
import type { Measured } from '../row.ts';
import { type Request, summary } from './relay.ts';
import { until } from './stack.ts';

/** A start has calls of its own, which count with the trivial run; the first look for warnings is one of them. */
const SETTLED_MS = 25_000;
const WINDOW_MS = 120_000;
const MINUTE_MS = 60_000;
/** Grace of a driver: one that does not heed TERM is killed after it. */
const TERM_MS = 60_000;
const CANCEL_SECONDS = 180;
/** After the end nothing but what all runs of a namespace share: several ticks. */
const QUIET_MS = 20_000;

const SILENT = 'exec sleep 3600';
const RUNNING = 'n=0; while :; do n=$((n + 1)); echo "line $n"; sleep 1; done';
const STUBBORN = "trap '' TERM; echo up; while :; do sleep 1; done";

export type Ground = {
  readonly client: Client;
  /** Requests of the app so far, growing. */
  readonly requests: readonly Request[];
  /** Starts a run in a lane of its own; its driver is that shell script. */
  start(script: string, lane: string): Promise<string>;
  /** Starts one that stays without a running driver; undefined where that cannot be had. */
  readonly startPending: ((lane: string) => Promise<string>) | undefined;
  /** Pods of the run, seen past the relay. */
  pods(runId: string): Promise<number>;
};

/** Lists of a whole namespace name no run: all runs share them. */
const of = (requests: readonly Request[], runId: string): readonly Request[] =>
  requests.filter(({ url }) => url.includes(runId));

/** From the cancel to the last call of the run's own; and the time from its pod's end to the client's news of it. */
async function cancelled({ client, requests, pods }: Ground, runId: string) {
  const from = requests.length;
  const told = (async () => {
    const signal = AbortSignal.timeout(CANCEL_SECONDS * 1_000);
    for await (const { type } of client.watch(runId, { signal }))
      if (type === 'complete') return Date.now();
    throw new Error(`${runId} has no end`);
  })();
  await client.cancelRun(runId);
  const asked = Date.now();
  const gone = await until(
    'the pod to be gone',
    CANCEL_SECONDS * 1_000,
    async () => (await pods(runId)) === 0 && Date.now(),
  );
  const known = await told;
  await delay(QUIET_MS);
  return { calls: of(requests.slice(from), runId), lasted: gone - asked, late: known - gone };
}

/** All phases at once, each with a run of its own. */
export async function measurePhases(ground: Ground): Promise<Measured> {
  const { requests, startPending, client } = ground;
  const ids: Record<string, string> = {
    silent: await ground.start(SILENT, 'phase-silent'),
    running: await ground.start(RUNNING, 'phase-running'),
    ...(startPending && { pending: await startPending('phase-pending') }),
  };
  const stubborn = await ground.start(STUBBORN, 'phase-cancel');
  await until('the driver to be up', MINUTE_MS, async () => {
    const text = await client.log(stubborn);
    return text.includes('up');
  });
  await delay(SETTLED_MS);
  const from = requests.length;
  const [cancel] = await Promise.all([cancelled(ground, stubborn), delay(WINDOW_MS)]);
  const seen = requests.slice(from);
  const phases = Object.entries(ids).map(([name, id]) => ({ name, calls: of(seen, id) }));
  const minutes = (Date.now() - (seen[0]?.at ?? Date.now())) / MINUTE_MS;
  for (const id of Object.values(ids)) await client.cancelRun(id);
  return {
    samples: { cancel_ms: [cancel.lasted], told_ms: [cancel.late] },
    figures: {
      ...Object.fromEntries(phases.map(({ name, calls }) => [name, calls.length / minutes])),
      cancel: cancel.calls.length,
      told: cancel.late,
    },
    note: [
      ...phases.map(({ name, calls }) => `${name}: ${summary(calls) || 'none'}`),
      `cancel: ${summary(cancel.calls)}`,
    ].join('; '),
  };
}

export const PHASE_UNITS = {
  pending: 'calls',
  silent: 'calls',
  running: 'calls',
  cancel: 'calls',
  told: 'ms',
} as const;

export const PHASE_TARGETS = {
  pending: ['≤', 4],
  silent: ['≤', 4],
  running: ['≤', 4],
  cancel: ['≤', 6],
  told: ['≤', 500],
} as const;

export const PHASE_METHOD = `A relay between host and API server counts every request that names the run; lists of the whole namespace, which all runs share, name none. One run prints nothing, one a line a second, each looked at for ${WINDOW_MS / MINUTE_MS} minutes from ${SETTLED_MS / 1_000} s after the start, and told by the minute. Another does not heed TERM, so that it ends ${TERM_MS / 1_000} s after its cancel: all calls from then on count. \`told\` is from the moment when its pod is gone, looked for every 50 ms past the relay, to the client's last event.`;
