/** The pods of one run as a watch tells them: opened again whenever it ends, for as long as somebody is interested. */
import type { PodView } from '../core/observation.ts';
import type { Cluster } from '../ports/cluster.ts';
import type { World } from '../ports/world.ts';

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

/** What of the pods can call for a step. */
export const describePods = (pods: readonly PodView[]): string =>
  JSON.stringify(
    pods
      .filter((pod) => pod.role === 'driver')
      .map((pod) => [
        pod.uid,
        pod.phase,
        pod.deleting,
        pod.unschedulable,
        pod.containers.map(({ name, state, reason }) => [name, state, reason]),
      ]),
  );
