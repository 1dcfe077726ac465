/** The pods of one run by a watch, which is opened again whenever it ends. */
import { isTerminal } from '../../../../core/events/state.ts';
import type { ObservedPod } from '../../../../core/kubernetes/observed.ts';
import {
  LOOK_MS,
  QUIET_LOOK_MS,
  STOP_LOOK_MS,
  WARNINGS_AFTER_MS,
} from '../../../../core/limits.ts';
import { type JobObservation, observe } from '../../../../core/runs/observe.ts';
import type { Run } from '../../../../core/runs/run.ts';
import { graceMs } from '../../../../core/runs/wait-reason.ts';
import type { Cluster } from '../../../../ports/cluster.ts';
import type { World } from '../../../../ports/world.ts';
import { isLive } from '../collect-log.ts';
import type { Source } from '../log-lines.ts';

const PAUSE_MS = 1_000;
const PAUSE_MAX_MS = 15_000;

/** A run's driver pods by its watch. */
type Watched = { readonly pods: readonly ObservedPod[]; readonly broken: boolean };
const UNWATCHED: Watched = { pods: [], broken: false };

export class PodWatch implements Watched {
  /** The driver pods as last reported; empty before the first report. */
  pods: readonly ObservedPod[] = [];
  /** The watch failed and has reported nothing since. */
  broken = false;
  readonly #stop = new AbortController();
  #told: () => void = () => undefined;

  constructor(world: World, cluster: Cluster, runId: string) {
    void this.#watch(world, cluster, runId);
  }

  /**
   * Resolves at the next change. Each call makes a new promise and only the last one is kept: a long-lived promise
   * would keep everything in memory that it was raced with.
   */
  news(): Promise<'news'> {
    return new Promise((resolve) => {
      this.#told = () => resolve('news');
    });
  }

  close(): void {
    this.#stop.abort();
  }

  async #watch(world: World, cluster: Cluster, runId: string): Promise<void> {
    const { signal } = this.#stop;
    for (let pause = PAUSE_MS; !signal.aborted; ) {
      try {
        for await (const pods of cluster.watchPods(runId, signal)) {
          pause = PAUSE_MS;
          this.broken = false;
          this.pods = pods;
          this.#told();
        }
      } catch (error) {
        this.broken = true;
        if (!signal.aborted) world.log.info('watch ended', { run_id: runId, error });
      }
      await world.clock.sleep(pause, signal);
      pause = Math.min(pause * 2, PAUSE_MAX_MS);
    }
  }
}

/**
 * The observation by the watched pods, where that is enough: a driver that waits or runs, or one of a fenced run that
 * still ends. Steps for these end nothing and delete nothing; everything else needs a list of the cluster.
 */
export function enough(
  run: Run,
  pods: readonly ObservedPod[],
  now: number,
): JobObservation | undefined {
  if (run.job_uid === null || isTerminal(run.state)) return undefined;
  const observation = observe(run, { jobs: [], pods });
  const { clusterState, drivers, strays } = observation;
  if ((clusterState !== 'running' && clusterState !== 'waiting') || strays.length > 0)
    return undefined;
  const waits =
    run.stop === null
      ? drivers.every((pod) => !pod.deleting) && now < troubleEnd(run)
      : run.fenced && drivers.every((pod) => pod.deleting);
  return waits ? observation : undefined;
}

/** When a run that cannot start is given up; infinity without trouble. */
function troubleEnd({ reason, trouble_since }: Run): number {
  const grace = graceMs(reason);
  return grace === null || trouble_since === null
    ? Number.POSITIVE_INFINITY
    : Date.parse(trouble_since) + grace;
}

/** The driver container of the newest driver pod, if it runs. */
export function liveDriver(run: Run, pods: readonly ObservedPod[]): Source | undefined {
  const pod = observe(run, { jobs: [], pods }).drivers.at(-1);
  const container = pod?.containers.find(isLive);
  return pod && container ? { pod, container } : undefined;
}

/** A random byte divided by this is up to a quarter. */
const SPREAD = 1_024;

/**
 * Milliseconds until the run is listed, whatever the watch shows. That is rare with a working watch; random, so that runs
 * that were started together are not listed together.
 */
export function untilLook(world: World, run: Run, watch: Watched = UNWATCHED): number {
  const [spread = 0] = world.random(1);
  const quiet = QUIET_LOOK_MS * (1 + spread / SPREAD);
  if (run.absent_since !== null || run.draining_since !== null) return LOOK_MS;
  const told = watch.pods.length > 0 && !watch.broken;
  if (run.stop !== null) return run.fenced && told ? quiet : STOP_LOOK_MS;
  if (run.state === 'running' && liveDriver(run, watch.pods)) return quiet;
  if (run.job_uid === null || watch.broken) return LOOK_MS;
  const now = world.clock.now();
  const warned = Date.parse(run.starting_at ?? '') + WARNINGS_AFTER_MS;
  const due = [warned, troubleEnd(run)].map((time) => time - now).filter((ms) => ms > 0);
  return Math.min(quiet, ...due);
}

/** The parts of the pods that can require a step, as text. */
export const describePods = (pods: readonly ObservedPod[]): string =>
  JSON.stringify(
    pods
      .filter((pod) => pod.role === 'driver')
      .map((pod) => [
        pod.uid,
        pod.phase,
        pod.deleting,
        pod.unscheduled,
        pod.containers.map(({ name, state, reason }) => [name, state, reason]),
      ]),
  );
