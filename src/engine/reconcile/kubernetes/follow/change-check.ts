/** Whether somebody else has changed a followed run: a quiet run has no commits that would tell. */
import { LOOK_MS } from '../../../../core/limits.ts';
import type { World } from '../../../../ports/world.ts';
import { readRun, type VersionedRun } from '../../../store/run-store.ts';

export class ChangeCheck {
  readonly #world: World;
  readonly #runId: string;
  #readAt = 0;

  constructor(world: World, runId: string) {
    this.#world = world;
    this.#runId = runId;
  }

  /** Reads the run every `LOOK_MS`; false in between. */
  async isChanged({ etag }: VersionedRun): Promise<boolean> {
    const now = this.#world.clock.now();
    if (now < this.#readAt) return false;
    this.#readAt = now + LOOK_MS;
    return (await readRun(this.#world, this.#runId))?.etag !== etag;
  }

  /** The run as it is stored now. */
  async read(): Promise<VersionedRun> {
    const stored = await readRun(this.#world, this.#runId);
    if (!stored) throw new Error(`run ${this.#runId} is gone`);
    return stored;
  }
}
