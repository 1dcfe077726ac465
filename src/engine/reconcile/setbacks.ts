/** Failures that a pass does not repeat; shared by all passes that one leads to. */
import type { Run } from '../../core/runs/run.ts';
import type { ClusterError } from '../../ports/cluster.ts';

/** Whether other calls to the same target would fail too: it is in trouble, or does not answer. */
export const isOfTarget = ({ code, status }: ClusterError): boolean =>
  code === 'denied' || (code === 'unavailable' && status === 0);

export class Setbacks {
  readonly #targets = new Map<string, ClusterError>();
  readonly #lanes = new Set<string>();

  /** No more calls are made to the run's target. */
  noteTarget({ domain, target }: Run, error: ClusterError): void {
    this.#targets.set(`${domain}.${target}`, error);
  }

  targetOf({ domain, target }: Run): ClusterError | undefined {
    return this.#targets.get(`${domain}.${target}`);
  }

  /** The run's Job was refused. The next run of its lane waits for the next pass, so that one cause does not fail a whole queue at once. */
  restLane({ domain, lane }: Run): void {
    this.#lanes.add(`${domain}.${lane}`);
  }

  /** Whether the run must not be started in this pass. */
  hold(run: Run): boolean {
    return this.targetOf(run) !== undefined || this.#lanes.has(`${run.domain}.${run.lane}`);
  }
}
