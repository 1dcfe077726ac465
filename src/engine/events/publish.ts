/** Publishes events to Web PubSub, after their commit. A failure delays events but loses none. */
import { isTerminal, type PushMessage, type RunEvent } from '../../core/events/event.ts';
import { jsonBytes } from '../../core/json/write.ts';
import { PUSH_BYTES_MAX } from '../../core/limits.ts';
import { domainGroup, runGroup } from '../../core/names.ts';
import { statusDraft } from '../../core/runs/event-draft.ts';
import { isLegacy, LEGACY_GROUP, toEnvelope } from '../../core/runs/legacy-envelope.ts';
import type { Run } from '../../core/runs/run.ts';
import { Conflict } from '../../ports/store.ts';
import type { World } from '../../ports/world.ts';
import { changeRun, type VersionedRun } from '../store/run-store.ts';
import { backlogOf } from './backlog.ts';

/** What stands around the events of a message. */
const FRAME_BYTES = 100;

/** Packs events into as few messages as their size allows; an event that is too large becomes a notice to fetch it. */
function toMessages(run: Run, events: readonly RunEvent[]): PushMessage[] {
  const messages: PushMessage[] = [];
  let batch: RunEvent[] = [];
  let size = 0;
  const close = (): void => {
    if (batch.length > 0) messages.push({ events: batch });
    batch = [];
    size = 0;
  };
  for (const event of events) {
    const bytes = jsonBytes(event) + 1;
    if (bytes > PUSH_BYTES_MAX - FRAME_BYTES) {
      close();
      messages.push(headOf(run));
      continue;
    }
    if (size + bytes > PUSH_BYTES_MAX - FRAME_BYTES) close();
    batch.push(event);
    size += bytes;
  }
  close();
  return messages;
}

const headOf = (run: Run): PushMessage => ({
  head: { run_id: run.run_id, last_seq: run.last_seq, complete: isTerminal(run.state) },
});

/**
 * Sends events to the run's group, and changes of state to the domain's group. False when that failed.
 * `notice`: the run's group gets only a `head` notice.
 */
export async function publishEvents(
  world: World,
  run: Run,
  events: readonly RunEvent[],
  notice = false,
): Promise<boolean> {
  try {
    for (const message of notice ? [headOf(run)] : toMessages(run, events))
      await world.push.send(runGroup(run.domain, run.run_id), message);
    const states = events.filter((event) => event.type === 'status' || event.type === 'complete');
    if (states.length > 0) await world.push.send(domainGroup(run.domain), { events: states });
    if (isLegacy(run)) await publishEnvelopes(world, events);
    return true;
  } catch (error) {
    world.log.warn('publish failed; the events stay in the log', { run_id: run.run_id, error });
    return false;
  }
}

/** Notifies the domain's group of a run with only its first event. The run's own group gets that event when the run starts; earlier clients read it from the log. */
export async function publishState(world: World, run: Run): Promise<void> {
  if (run.last_seq !== 1) return;
  const { run_id, created_at } = run;
  const event = { seq: 1, run_id, timestamp: created_at, ...statusDraft(run, null) };
  await world.push
    .send(domainGroup(run.domain), { events: [event] })
    .catch((error: unknown) =>
      world.log.warn('publish failed; the events stay in the log', { run_id: run.run_id, error }),
    );
}

async function publishEnvelopes(world: World, events: readonly RunEvent[]): Promise<void> {
  for (const event of events) {
    const envelope = toEnvelope(event);
    if (envelope && jsonBytes(envelope) <= PUSH_BYTES_MAX)
      await world.push.send(LEGACY_GROUP, envelope);
  }
}

export async function publishHead(world: World, run: Run): Promise<boolean> {
  try {
    await world.push.send(runGroup(run.domain, run.run_id), headOf(run));
    return true;
  } catch (error) {
    world.log.warn('head notice failed', { run_id: run.run_id, error });
    return false;
  }
}

/** What publishes within one pass. */
type Publishing = {
  readonly world: World;
  readonly until: number;
  readonly isShut: boolean;
  push(send: () => Promise<boolean>): Promise<boolean>;
};

/**
 * Publishes unpublished events until the pass is out of time, and stores `published_seq`. `storedSeq` is the stored
 * value.
 */
export async function catchUp(
  pass: Publishing,
  stored: VersionedRun,
  storedSeq: number,
): Promise<VersionedRun> {
  const { world, until } = pass;
  const { clock } = world;
  const backlog = backlogOf(world);
  const limit = new AbortController();
  let { run } = stored;
  if (run.published_seq < run.last_seq)
    void clock.sleep(until - clock.now(), limit.signal).then(() => limit.abort());
  while (run.published_seq < run.last_seq && clock.now() < until && !pass.isShut) {
    const at = run;
    const { events, bytes } = await backlog.read(world, run, run.published_seq, limit.signal);
    const last = events.at(-1);
    const sent = last && (await pass.push(() => publishEvents(world, at, events)));
    backlog.give(bytes);
    if (!last || !sent) break;
    run = { ...run, published_seq: last.seq };
  }
  limit.abort();
  return run.published_seq <= storedSeq
    ? { ...stored, run }
    : storePublished(world, { ...stored, run });
}

/** Stores the given run's `published_seq`. */
export async function storePublished(world: World, stored: VersionedRun): Promise<VersionedRun> {
  try {
    const { run, etag } = await changeRun(world, stored, {});
    return { run, etag };
  } catch (error) {
    // Another process has changed the run and publishes for it; clients drop repeated events by their seq.
    if (error instanceof Conflict) return stored;
    throw error;
  }
}
