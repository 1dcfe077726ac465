/** What the parts of the Kubernetes executor share. */
import { base64url } from '../../../core/access/token.ts';
import { traceTokenText } from '../../../core/access/trace-token.ts';
import { kindOf, ownOf } from '../../../core/kinds/all.ts';
import type { JobInput } from '../../../core/runs/build-manifest.ts';
import type { JobObservation } from '../../../core/runs/observe.ts';
import type { Launch } from '../../../core/runs/request.ts';
import type { Run } from '../../../core/runs/run.ts';
import type { World } from '../../../ports/world.ts';
import type { Context } from '../executor.ts';
import type { PassClusters } from './clusters.ts';

/** What a follower knows of its run's pods and log. */
export type LiveOutput = {
  /** The observation by its watch, where that is enough to decide on; otherwise undefined. */
  seen(run: Run): JobObservation | undefined;
  /** Whether the log of the driver's running container comes by a stream. */
  readonly streams: boolean;
  /** Whether what the container beside it tells of tasks comes by a stream, while that runs. */
  readonly traces: boolean;
  /** The log position (`positionText`) at which the cluster itself ended a stream, so that nothing was left to read; or ''. */
  readonly streamedTo: string;
};

export const NO_FOLLOWER: LiveOutput = {
  seen: () => undefined,
  streams: false,
  traces: false,
  streamedTo: '',
};

/** What a pass gives, with its clusters. */
export type JobContext = Context & {
  readonly live: LiveOutput;
  readonly clusters: PassClusters;
  /** The launch of the run. */
  launch(run: Run): Promise<Launch>;
};

/** Path of the routes that take traces, below the address of the app. */
const INGEST_PATH = '/api/v1/ingest';
const SECRET_BYTES = 32;

type TraceAccess = NonNullable<JobInput['trace']>;

/** Where the driver of a launch would send its trace, without a token; undefined where it does not, or nobody said where. */
export function shownTraceAccess({ traceUrl }: World, launch: Launch): TraceAccess | undefined {
  const source = kindOf(launch.kind).trace?.(ownOf(launch));
  if (source === undefined || traceUrl === undefined) return undefined;
  const endpoint = `${traceUrl}${INGEST_PATH}`;
  return { source, endpoint, token: 'made-when-it-starts', sha256: '' };
}

/** The same for a new Job, with a new token. */
export async function newTraceAccess(
  world: World,
  runId: string,
  launch: Launch,
): Promise<TraceAccess | undefined> {
  const shown = shownTraceAccess(world, launch);
  if (shown === undefined) return undefined;
  const token = traceTokenText(runId, base64url(world.random(SECRET_BYTES)));
  return { ...shown, token, sha256: await world.sha256(token) };
}
