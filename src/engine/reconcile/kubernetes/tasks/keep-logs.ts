/** Keeps the logs of failed tasks before their pods are deleted. Best effort: the pods go in any case. */

import { mainOf } from '../../../../core/kubernetes/interruption.ts';
import type { ObservedPod } from '../../../../core/kubernetes/observed.ts';
import { LOG_START } from '../../../../core/log/position.ts';
import { LogReader } from '../../../../core/log/reader.ts';
import type { Run } from '../../../../core/runs/run.ts';
import { type Cluster, ClusterError } from '../../../../ports/cluster.ts';
import type { World } from '../../../../ports/world.ts';
import {
  hashOfPod,
  KEPT_BYTES_MAX,
  KEPT_LOGS_MAX,
  keepLog,
  keptHashes,
} from '../../../store/tasks/task-logs.ts';
import { isTaskFailed } from '../../../store/tasks/task-store.ts';
import { clusterOf } from '../clusters.ts';

/** Lines that are asked for: the cluster counts no bytes from the end. */
const TAIL_LINES = 10_000;
/** A target that is slow holds the cleanup of a run up no longer. */
const KEEPING_MS = 10_000;
const NEWLINE = 10;

const hasEnded = (pod: ObservedPod): boolean => mainOf(pod)?.state === 'terminated';
const hasExited = (pod: ObservedPod): boolean => mainOf(pod)?.exit_code === 0;

/** The log of a pod's main container as it was printed, its last bytes. */
async function printedBy(
  cluster: Cluster,
  pod: ObservedPod,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const container = mainOf(pod)?.name ?? '';
  const reader = new LogReader(LOG_START);
  let parts: Uint8Array[] = [];
  let size = 0;
  const take = (entries: ReturnType<LogReader['push']>): void => {
    for (const { bytes, end } of entries) {
      parts.push(end === 'newline' ? Uint8Array.from([...bytes, NEWLINE]) : bytes);
      size += bytes.length + 1;
    }
    if (size < 4 * KEPT_BYTES_MAX) return;
    parts = [joined(parts).subarray(-KEPT_BYTES_MAX)];
    size = KEPT_BYTES_MAX;
  };
  const options = { tailLines: TAIL_LINES, ...(signal && { signal }) };
  for await (const chunk of cluster.readLog(pod.name, container, options)) take(reader.push(chunk));
  take(reader.end(true));
  return joined(parts).subarray(-KEPT_BYTES_MAX);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** What a task printed, from its pod; undefined without it. Rejects with `ClusterError`. */
export async function taskLog(
  world: World,
  run: Run,
  digits: string,
): Promise<Uint8Array | undefined> {
  if (run.job_uid === null) return undefined;
  const cluster = await clusterOf(world, run);
  try {
    const { pods } = await cluster.list(run.run_id, ['tasks']);
    const pod = pods.find(({ name }) => hashOfPod(name) === digits);
    return pod && (await printedBy(cluster, pod));
  } catch (error) {
    const isGone =
      error instanceof ClusterError && (error.code === 'not_found' || error.code === 'not_ready');
    if (isGone) return undefined;
    throw error;
  }
}

/** Those that ended: the one that its run failed of first, then those that failed, the newest of them first. */
function worthKeeping(run: Run, pods: readonly ObservedPod[]): readonly ObservedPod[] {
  const cause = run.reason?.failure?.work_dir?.replaceAll('/', '') ?? null;
  const isCause = ({ name }: ObservedPod): number => {
    const digits = /^nf-([0-9a-f]{32})/.exec(name)?.[1];
    return Number(cause !== null && digits !== undefined && cause.endsWith(digits));
  };
  const end = (pod: ObservedPod): string => mainOf(pod)?.finished_at ?? '';
  return pods
    .filter(hasEnded)
    .toSorted(
      (a, b) =>
        isCause(b) - isCause(a) ||
        Number(hasExited(a)) - Number(hasExited(b)) ||
        end(b).localeCompare(end(a)),
    );
}

export async function keepLogs(
  world: World,
  cluster: Cluster,
  run: Run,
  pods: readonly ObservedPod[],
): Promise<void> {
  const ended = worthKeeping(run, pods);
  if (ended.length === 0) return;
  const timer = new AbortController();
  const time = new AbortController();
  void world.clock.sleep(KEEPING_MS, timer.signal).then(() => time.abort());
  try {
    const kept = new Set(await keptHashes(world, run.run_id));
    for (const pod of ended) {
      const hash = hashOfPod(pod.name);
      if (hash === null || kept.has(hash)) continue;
      if (kept.size >= KEPT_LOGS_MAX || time.signal.aborted) return;
      if (await keepOne({ world, cluster, run, pod, hash }, time.signal)) kept.add(hash);
    }
  } finally {
    timer.abort();
  }
}

type One = {
  readonly world: World;
  readonly cluster: Cluster;
  readonly run: Run;
  readonly pod: ObservedPod;
  readonly hash: string;
};

/** Whether it is kept: what fails costs this log, neither those of others nor the cleanup. */
async function keepOne(
  { world, cluster, run, pod, hash }: One,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    // An output may be missing after a script that ended with 0.
    if (hasExited(pod) && !(await isTaskFailed(world, run.run_id, run.attempt, hash))) return false;
    const bytes = await printedBy(cluster, pod, signal);
    // A read that was given up has the begin of a log, or nothing.
    if (signal.aborted) return false;
    await keepLog(world, run.run_id, hash, bytes);
    return true;
  } catch (error) {
    world.log.info('log of a task not kept', { run_id: run.run_id, error });
    return false;
  }
}
