/** Reads a driver's log from the cluster into the event log: lines and the position after them in one commit. */

import { mainOf } from '../../../core/kubernetes/interruption.ts';
import type { ObservedContainer, ObservedPod } from '../../../core/kubernetes/observed.ts';
import {
  LOG_READS_MAX,
  TICK_LOG_BYTES_PER_RUN,
  TICK_LOG_MS_PER_RUN,
} from '../../../core/limits.ts';
import {
  LOG_START,
  type LogEntry,
  type LogPosition,
  sinceTime,
  tailLines,
} from '../../../core/log/position.ts';
import { type Answer, LogReader } from '../../../core/log/reader.ts';
import { TRACE_CONTAINER } from '../../../core/names.ts';
import { gapDraft } from '../../../core/runs/event-draft.ts';
import type { JobObservation } from '../../../core/runs/observe.ts';
import type { Run } from '../../../core/runs/run.ts';
import { type Cluster, ClusterError } from '../../../ports/cluster.ts';
import { Conflict } from '../../../ports/store.ts';
import type { VersionedRun } from '../../store/run-store.ts';
import { ageMs } from '../end-run.ts';
import type { Collected } from '../executor.ts';
import type { JobContext } from './context.ts';
import {
  flush,
  GONE,
  logKey,
  newRead,
  pieces,
  positionText,
  type Read,
  type Source,
  take,
} from './log-lines.ts';

/** How long the end of a Nextflow run waits for the last news of its tasks; they take two seconds. */
const TRACE_DRAIN_MS = 10_000;

/** Reads every container of the run's driver pods from its stored position. */
export async function collectLogs(
  pass: JobContext,
  stored: VersionedRun,
  observation: JobObservation,
): Promise<Collected> {
  let complete = true;
  let now = stored;
  for (const pod of observation.drivers) {
    for (const container of pod.containers) {
      const key = logKey(pod.name, container.name);
      if (container.state === 'waiting' || now.run.log[key]?.done) continue;
      if (pass.live.streams && isLive(container)) continue;
      complete &&= !isStillPrinting(pass, now.run, pod, container);
      if (pass.live.traces && isLiveTrace(container)) continue;
      const collected = await collectContainer(pass, now, { pod, container });
      now = collected.stored;
      complete &&= collected.complete;
    }
  }
  return { stored: now, complete };
}

const isLiveTrace = ({ name, state }: ObservedContainer): boolean =>
  name === TRACE_CONTAINER && state === 'running';

/** What tells of tasks ends two seconds after the driver, with the last of them: it is waited for, but not for long. */
function isStillPrinting(
  { world }: JobContext,
  run: Run,
  pod: ObservedPod,
  container: ObservedContainer,
): boolean {
  if (!isLiveTrace(container) || mainOf(pod)?.state !== 'terminated') return false;
  return (ageMs(world, run.draining_since) ?? 0) < TRACE_DRAIN_MS;
}

/** The driver's own container, while it runs. */
export const isLive = (container: ObservedContainer): boolean =>
  container.kind === 'main' && container.state === 'running';

/** Reads one container's log from its stored position; again where the clock was set back or the position is missing. */
async function collectContainer(
  pass: JobContext,
  stored: VersionedRun,
  source: Source,
): Promise<Collected> {
  const ended = source.container.state === 'terminated';
  // The run after the last commit, also when a read fails half-way.
  const latest = { stored };
  try {
    let answer: Answer = 'since';
    for (let reads = 0; reads < LOG_READS_MAX; reads += 1) {
      const outcome = await readOnce(pass, latest, source, answer, ended);
      if (typeof outcome === 'object' && 'stored' in outcome) return outcome;
      answer = outcome;
    }
    return { stored: latest.stored, complete: false };
  } catch (error) {
    if (error instanceof Conflict) return { stored: latest.stored, complete: false };
    if (!(error instanceof ClusterError)) throw error;
    if (error.code === 'not_found' || (ended && error.code === 'not_ready'))
      return logGone(pass, latest.stored, source, error);
    if (error.code !== 'not_ready')
      pass.world.log.warn('log not read', {
        run_id: stored.run.run_id,
        pod: source.pod.name,
        error,
      });
    return { stored: latest.stored, complete: false };
  }
}

/** Reads one answer of the cluster; returns what to read next where it is not enough. */
async function readOnce(
  pass: JobContext,
  latest: { stored: VersionedRun },
  source: Source,
  answer: Answer,
  ended: boolean,
): Promise<Collected | Answer> {
  const abort = new AbortController();
  const { pod, container } = source;
  const position = latest.stored.run.log[logKey(pod.name, container.name)] ?? LOG_START;
  const read = newRead(latest.stored, source, new LogReader(position, answer));
  const { reader } = read;
  const stopAt = pass.world.clock.now() + TICK_LOG_MS_PER_RUN;
  const cluster = await pass.clusters.cluster(read.stored.run);
  const stream = cluster.readLog(pod.name, container.name, {
    ...whatToRead(position, answer),
    signal: abort.signal,
  });
  try {
    for await (const chunk of stream) {
      for (const piece of pieces(chunk)) {
        await take(pass.recorder, read, reader.push(piece));
        const isSpent = read.taken >= TICK_LOG_BYTES_PER_RUN || pass.world.clock.now() >= stopAt;
        if (!isSpent && !reader.stale) continue;
        await flush(pass.recorder, read);
        return reader.stale ? 'since' : { stored: read.stored, complete: false };
      }
    }
    await take(pass.recorder, read, reader.end(ended));
    const next = nextAnswer(pass, read, answer, ended);
    if (next) return next;
    if (answer === 'since' && (await isHidden(cluster, read, ended))) {
      await flush(pass.recorder, read);
      return 'tail';
    }
    await flush(pass.recorder, read, ended, pass.live.streamedTo);
  } finally {
    abort.abort();
    latest.stored = read.stored;
  }
  return { stored: read.stored, complete: true };
}

function whatToRead(position: LogPosition, answer: Answer) {
  if (answer === 'tail' || (typeof answer === 'object' && answer.rest === 'clock'))
    return { tailLines: tailLines(position) };
  const since = sinceTime(position);
  return since === undefined ? {} : { sinceTime: since };
}

/** After an answer: what to read instead, where the position was not in it. */
function nextAnswer(
  pass: JobContext,
  { reader, stored, source }: Read,
  answer: Answer,
  ended: boolean,
): Answer | undefined {
  if (!reader.lost) return undefined;
  if (answer === 'tail') return { rest: 'clock' };
  // An answer may have been truncated: only for a log that has ended do all of its lines count as new.
  const isKnown = pass.live.streamedTo === positionText(stored, source);
  return ended && reader.hasSkipped && !isKnown ? { rest: 'rotated' } : undefined;
}

/**
 * Whether the log continues with lines that the answer lacks because the node's clock was set back. The log's last line
 * tells; it is read where the answer could not begin early enough, and where the container ended before its last line.
 */
async function isHidden(cluster: Cluster, read: Read, ended: boolean): Promise<boolean> {
  const { reader, source } = read;
  const { name, finished_at } = source.container;
  const isSuspect =
    (reader.narrow && (ended || read.taken === 0)) ||
    (ended && finished_at !== null && reader.hides(finished_at));
  if (!isSuspect) return false;
  const last = new LogReader(LOG_START);
  const entries: LogEntry[] = [];
  for await (const chunk of cluster.readLog(source.pod.name, name, { tailLines: 1 }))
    entries.push(...last.push(chunk));
  entries.push(...last.end(true));
  const time = entries.at(-1)?.time;
  return time !== undefined && reader.hides(time);
}

/** The pod or its log is gone: no more lines will come. */
async function logGone(
  pass: JobContext,
  stored: VersionedRun,
  { pod, container }: Source,
  cause: ClusterError,
): Promise<Collected> {
  const key = logKey(pod.name, container.name);
  const position = stored.run.log[key] ?? LOG_START;
  pass.world.log.warn('log is gone', {
    run_id: stored.run.run_id,
    pod: pod.name,
    container: container.name,
    error: cause,
  });
  // A stream that the cluster itself ended brought everything.
  const whole = pass.live.streamedTo === positionText(stored, { pod, container });
  const isOutput = container.name !== TRACE_CONTAINER;
  const gaps =
    whole || !isOutput ? [] : [gapDraft(pod.name, container.name, position.last_time, null, GONE)];
  const log = { ...stored.run.log, [key]: { ...position, done: true } };
  return { stored: await pass.recorder.record(stored, { log }, gaps), complete: true };
}
