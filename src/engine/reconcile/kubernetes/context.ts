/** What one pass brings to the clusters of its runs. */
import type { JobObservation } from '../../../core/runs/observe.ts';
import type { Launch } from '../../../core/runs/request.ts';
import type { Run } from '../../../core/runs/run.ts';
import type { World } from '../../../ports/world.ts';
import type { Recorder } from '../../events/recorder.ts';
import type { Setbacks } from '../setbacks.ts';
import type { PassClusters } from './clusters.ts';

/** What a follower of a run knows of its pods and their log. */
export type LiveOutput = {
  /** What its watch shows of the run, where that is enough to decide on; else undefined. */
  seen(run: Run): JobObservation | undefined;
  /** The log of the driver's container, while that runs, comes by a stream. */
  readonly streams: boolean;
  /** Where (`positionText`) the cluster itself ended a stream, so that no more was there to read; or ''. */
  readonly streamedTo: string;
};

export const NO_FOLLOWER: LiveOutput = { seen: () => undefined, streams: false, streamedTo: '' };

export type Context = {
  readonly world: World;
  readonly recorder: Recorder;
  readonly setbacks: Setbacks;
  readonly live: LiveOutput;
  /** List this run only, not its whole namespace. */
  readonly runId?: string | undefined;
};

/** The same with what it has read of clusters. */
export type JobContext = Context & {
  readonly clusters: PassClusters;
  /** What the run is to run. */
  launch(run: Run): Promise<Launch>;
};
