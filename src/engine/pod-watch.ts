/** The pods of one run as a watch tells them: opened again whenever it ends, for as long as somebody is interested. */
import { isTerminal } from '../core/event.ts';
import { CHECK_MS, LOOK_MS, QUIET_LOOK_MS } from '../core/limits.ts';
import type { PodView } from '../core/observation.ts';
import type { Run } from '../core/run.ts';
import { type Sighting, sight } from '../core/situation.ts';
import { waitReason } from '../core/wait-reason.ts';
import type { Cluster } from '../ports/cluster.ts';
import type { World } from '../ports/world.ts';
import { isLive, type Source } from './collect-log.ts';

const PAUSE_MS = 1_000;
const PAUSE_MAX_MS = 15_000;

export class PodWatch {
  /** The driver pods as last told; empty before the first word. */
  pods: readonly PodView[] = [];
  readonly #stop = new AbortController();
  #told: () => void = () => undefined;

  constructor(world: World, cluster: Cluster, runId: string) {
    void this.#watch(world, cluster, runId);
  }

  /**
   * Resolves at the next change. A new promise each time, and only the last one is kept: one that lives
   * as long as the pods are quiet would hold on to whatever it was raced with.
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
          this.pods = pods;
          this.#told();
        }
      } catch (error) {
        if (!signal.aborted) world.log.info('watch ended', { run_id: runId, error });
      }
      await world.clock.sleep(pause, signal);
      pause = Math.min(pause * 2, PAUSE_MAX_MS);
    }
  }
}

/**
 * What the watched pods show of the run, where that is enough: a driver that waits without trouble, or
 * runs. What is decided on that ends nothing and deletes nothing; everything else asks the cluster.
 */
export function enough(run: Run, pods: readonly PodView[]): Sighting | undefined {
  const sighting = sight(run, { jobs: [], pods });
  const { situation, drivers } = sighting;
  const plain =
    (situation === 'running' || situation === 'waiting') &&
    drivers.every((pod) => !pod.deleting) &&
    waitReason(sighting) === null;
  const letGo = run.job_uid !== null && run.stop === null && !isTerminal(run.state);
  return plain && letGo ? sighting : undefined;
}

/** The newest driver pod's own container, if it runs. */
export function liveDriver(run: Run, pods: readonly PodView[]): Source | undefined {
  const pod = sight(run, { jobs: [], pods }).drivers.at(-1);
  const container = pod?.containers.find(isLive);
  return pod && container ? { pod, container } : undefined;
}

/**
 * Milliseconds until the pods are looked at, whatever the watch says. A driver that runs is told about
 * by the watch; runs that were started together are not looked at together.
 */
export function untilLook(world: World, run: Run, pods: readonly PodView[]): number {
  if (run.state === 'cancelling') return CHECK_MS;
  if (run.state !== 'running' || !liveDriver(run, pods)) return LOOK_MS;
  const [spread = 0] = world.random(1);
  return QUIET_LOOK_MS * (1 - spread / 1_024);
}

/** What of the pods can call for a step. */
export const describePods = (pods: readonly PodView[]): string =>
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
