/** What the parts of the Kubernetes executor share. */
import type { JobObservation } from '../../../core/runs/observe.ts';
import type { Launch } from '../../../core/runs/request.ts';
import type { Run } from '../../../core/runs/run.ts';
import type { Context } from '../executor.ts';
import type { PassClusters } from './clusters.ts';

/** What a follower knows of its run's pods and log. */
export type LiveOutput = {
  /** The observation by its watch, where that is enough to decide on; otherwise undefined. */
  seen(run: Run): JobObservation | undefined;
  /** Whether the log of the driver's running container comes by a stream. */
  readonly streams: boolean;
  /** The log position (`positionText`) at which the cluster itself ended a stream, so that nothing was left to read; or ''. */
  readonly streamedTo: string;
};

export const NO_FOLLOWER: LiveOutput = { seen: () => undefined, streams: false, streamedTo: '' };

/** What a pass gives, with its clusters. */
export type JobContext = Context & {
  readonly live: LiveOutput;
  readonly clusters: PassClusters;
  /** The launch of the run. */
  launch(run: Run): Promise<Launch>;
};
