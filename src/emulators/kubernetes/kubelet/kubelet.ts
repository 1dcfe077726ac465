/** The node: a worker for each pod. */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { WorkQueue } from '../controllers/work-queue.ts';
import type { Pod } from '../objects/object.ts';
import { PODS } from '../objects/resource.ts';
import type { Change } from '../objects/store.ts';
import { PodProcesses } from './pod-processes.ts';
import { type KubeletContext, PodWorker } from './pod-worker.ts';

export class Kubelet {
  readonly #context: KubeletContext;
  readonly #failed: (error: unknown) => void;
  readonly #workers = new Map<string, PodWorker>();
  /** Newest known objects by uid; a deleted one is absent while its worker cleans up. */
  readonly #pods = new Map<string, Pod>();
  readonly #queue: WorkQueue<string>;

  constructor(context: KubeletContext, failed: (error: unknown) => void) {
    this.#context = context;
    this.#failed = failed;
    this.#queue = new WorkQueue((uid) => this.#sync(uid), failed);
  }

  /** Takes up the pods that are stored, with the processes that still run, and forgets the rest. */
  async resume(podDirectory: string): Promise<void> {
    const pods = this.#context.store.pods();
    const known = new Set(pods.map((pod) => pod.metadata.uid));
    for (const pod of pods) this.#take(pod);
    await Promise.all([...this.#workers.values()].map((worker) => worker.adopt()));
    for (const uid of readdirSync(podDirectory)) {
      if (!known.has(uid)) await this.#forget(podDirectory, uid);
    }
  }

  observe({ type, resource, object }: Change): void {
    if (resource !== PODS) return;
    const { uid } = object.metadata;
    if (type === 'DELETED') this.#pods.delete(uid);
    else this.#take(object as Pod);
    this.#queue.add(uid);
  }

  worker(pod: Pod): PodWorker | undefined {
    return this.#workers.get(pod.metadata.uid);
  }

  /** Lets go of all processes. */
  close(): void {
    this.#queue.close();
    for (const worker of this.#workers.values()) worker.close();
  }

  /** Ends all processes: TERM, and KILL after `graceMs`. Resolves when all have ended. */
  async endAll(graceMs: number): Promise<void> {
    // Nothing starts any more; the next emulator finds in the shims' files how these have ended.
    this.#queue.close();
    for (const { processes } of this.#workers.values()) processes.stop(graceMs);
    // One that does not end on KILL is in the kernel's hands; waiting longer would not help.
    const deadline = Date.now() + graceMs + 5_000;
    while (Date.now() < deadline) {
      if (![...this.#workers.values()].some(({ processes }) => processes.busy)) return;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  #take(pod: Pod): void {
    const { uid } = pod.metadata;
    this.#pods.set(uid, pod);
    if (this.#workers.has(uid)) return;
    const worker = new PodWorker(this.#context, pod, () => this.#queue.add(uid));
    this.#workers.set(uid, worker);
    this.#queue.add(uid);
  }

  #sync(uid: string): void {
    const worker = this.#workers.get(uid);
    if (worker?.sync(this.#pods.get(uid)) === true) this.#workers.delete(uid);
  }

  /** Ends and removes what is left of a pod without an object. */
  async #forget(podDirectory: string, uid: string): Promise<void> {
    const root = join(podDirectory, uid);
    const processes = new PodProcesses(root, this.#context.runtime, () => {
      if (processes.busy) return;
      processes.close();
      try {
        rmSync(root, { recursive: true, force: true });
      } catch (error) {
        this.#failed(error);
      }
    });
    await processes.adopt();
    if (processes.busy) processes.stop(0);
    else rmSync(root, { recursive: true, force: true });
  }
}
