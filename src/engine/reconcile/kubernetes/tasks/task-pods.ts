/** What the pods of a run's tasks tell where only its containers do: that a task runs, since when, and by which pod. */

import { mainOf } from '../../../../core/kubernetes/interruption.ts';
import type { ObservedPod } from '../../../../core/kubernetes/observed.ts';
import { taskReport } from '../../../../core/nextflow/trace/task-report.ts';
import type { Run } from '../../../../core/runs/run.ts';
import { knowsHashes, newsOf, type TaskReport } from '../../../../core/tasks/report.ts';
import type { World } from '../../../../ports/world.ts';
import type { Recorder } from '../../../events/recorder.ts';
import { perInstance } from '../../../store/per-instance.ts';
import type { VersionedRun } from '../../../store/run-store.ts';
import { hashOfPod } from '../../../store/tasks/task-logs.ts';
import { hashKey } from '../../../store/tasks/task-rows.ts';
import { takeNews } from '../../../store/tasks/task-store.ts';
import { toldOf } from './task-lines.ts';

/** Pods of one listing that are told of, the newest. */
const PODS_TOLD_MAX = 200;
/** Pods that are remembered as told. Telling of one again costs reads, and changes nothing. */
const REMEMBERED_MAX = 20_000;

const toldPods = perInstance(() => new Set<string>());

const startOf = (pod: ObservedPod): string => mainOf(pod)?.started_at ?? '';

/** Of those that run. When they were told is when they started, so that telling again is no news. */
function reportOf(pod: ObservedPod): TaskReport | null {
  const instant = Date.parse(startOf(pod));
  const fields = { hash: hashOfPod(pod.name), status: 'RUNNING', native_id: pod.name };
  return taskReport({ ...fields, start: instant }, 'pod', instant);
}

/**
 * Stores what the listed task pods tell, with the events of it; returns the run as it is then. Of a task that nobody has named
 * yet nothing is told: a later listing does. Never rejects: what it tells is a help, and nothing depends on it.
 */
export async function tellPods(
  recorder: Recorder,
  stored: VersionedRun,
  pods: readonly ObservedPod[],
): Promise<VersionedRun> {
  const { world } = recorder;
  const { run } = stored;
  const source = run.trace_source;
  if (source === undefined || !knowsHashes(source) || run.state !== 'running') return stored;
  try {
    const fresh = await freshPods(world, run, pods);
    if (fresh.length === 0) return stored;
    const reports = fresh.map(reportOf).filter((report) => report !== null);
    const change = await takeNews(world, run.run_id, run.attempt, newsOf(source, reports));
    remember(world, fresh);
    if (change === null) return stored;
    const { progress, drafts } = toldOf(run, change);
    return await recorder.record(stored, { progress }, drafts);
  } catch (error) {
    world.log.info('task pods not told', { run_id: run.run_id, error });
    return stored;
  }
}

/** Running pods that were not told of, of tasks that are known. */
async function freshPods(
  world: World,
  { run_id, attempt }: Run,
  pods: readonly ObservedPod[],
): Promise<readonly ObservedPod[]> {
  const told = toldPods(world);
  const running = pods
    .filter((pod) => mainOf(pod)?.state === 'running' && startOf(pod) !== '' && !told.has(pod.uid))
    .toSorted((a, b) => startOf(b).localeCompare(startOf(a)))
    .slice(0, PODS_TOLD_MAX);
  const known = await Promise.all(
    running.map(async (pod) => {
      const digits = hashOfPod(pod.name);
      if (digits === null) return [];
      const hash = `${digits.slice(0, 2)}/${digits.slice(2)}`;
      return (await world.store.read('runs', run_id, hashKey(attempt, hash))) ? [pod] : [];
    }),
  );
  return known.flat();
}

function remember(world: World, pods: readonly ObservedPod[]): void {
  const told = toldPods(world);
  if (told.size + pods.length > REMEMBERED_MAX) told.clear();
  for (const { uid } of pods) told.add(uid);
}
