/** What a pass gives to the Kubernetes executor. */
import type { JobObservation } from '../../../core/runs/observe.ts';
import type { Launch } from '../../../core/runs/request.ts';
import type { Run } from '../../../core/runs/run.ts';
import type { World } from '../../../ports/world.ts';
import type { Recorder } from '../../events/recorder.ts';
import type { Setbacks } from '../setbacks.ts';
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

export type Context = {
  readonly world: World;
  readonly recorder: Recorder;
  readonly setbacks: Setbacks;
  readonly live: LiveOutput;
  /** List this run only, not its whole namespace. */
  readonly runId?: string | undefined;
};

/** The same with the pass's clusters. */
export type JobContext = Context & {
  readonly clusters: PassClusters;
  /** The launch of the run. */
  launch(run: Run): Promise<Launch>;
};
