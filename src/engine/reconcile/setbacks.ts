/** What a pass has met and does not try again; shared by all passes that one leads to. */
import type { Run } from '../../core/runs/run.ts';
import type { ClusterError } from '../../ports/cluster.ts';

/** Whether another call to the same target would fare no better: it is in trouble, or does not answer. */
export const isOfTarget = ({ code, status }: ClusterError): boolean =>
  code === 'denied' || (code === 'unavailable' && status === 0);

export class Setbacks {
  readonly #targets = new Map<string, ClusterError>();
  readonly #lanes = new Set<string>();

  /** Nothing more is tried on the run's target. */
  noteTarget({ domain, target }: Run, error: ClusterError): void {
    this.#targets.set(`${domain}.${target}`, error);
  }

  targetOf({ domain, target }: Run): ClusterError | undefined {
    return this.#targets.get(`${domain}.${target}`);
  }

  /** The Job of this run was refused. The next run of its lane waits for the next pass, so that one cause does not fail a whole queue. */
  restLane({ domain, lane }: Run): void {
    this.#lanes.add(`${domain}.${lane}`);
  }

  /** Whether the run is not to be started in this pass. */
  hold(run: Run): boolean {
    return this.targetOf(run) !== undefined || this.#lanes.has(`${run.domain}.${run.lane}`);
  }
}
