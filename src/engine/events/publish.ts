/** The subscriber that publishes events to Web PubSub. */
import { type PushMessage, type RunEvent } from '../../core/events/event.ts';
import { isTerminal } from '../../core/events/state.ts';
import { jsonBytes } from '../../core/json/write.ts';
import { AUDIENCE_MAX, HEADS_AFTER_END, HEADS_AGE_MS, PUSH_BYTES_MAX } from '../../core/limits.ts';
import { domainGroup, runGroup } from '../../core/names.ts';
import { statusDraft } from '../../core/runs/event-draft.ts';
import type { Run } from '../../core/runs/run.ts';
import type { World } from '../../ports/world.ts';
import type { Subscriber } from './subscriber.ts';

/** Bytes of a message besides its events. */
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

/** Notifies the domain's group of a run with only its first event. The run's own group gets that event when the run starts; earlier clients read it from the log. */
export async function publishState(world: World, run: Run): Promise<void> {
  if (run.last_seq !== 1) return;
  const { run_id, created_at } = run;
  const event = { seq: 1, run_id, timestamp: created_at, ...statusDraft(run, null) };
  await world.push
    .send(domainGroup(run.domain), { events: [event] })
    .catch((error: unknown) =>
      world.log.warn('first event not published', { run_id: run.run_id, error }),
    );
}

/** Events go to the run's group, changes of state also to the domain's. With `brief` the run's group gets only a `head` notice, and each viewer fetches the events at its own pace. */
export const publish: Subscriber = {
  name: 'publish',
  hears: () => true,
  wants: () => true,
  async deliver(world, run, events, brief) {
    for (const message of brief ? [headOf(run)] : toMessages(run, events))
      await world.push.send(runGroup(run.domain, run.run_id), message);
    const states = events.filter((event) => event.type === 'status' || event.type === 'complete');
    if (states.length > 0) await world.push.send(domainGroup(run.domain), { events: states });
  },
  audience: (world, run) => world.push.count(runGroup(run.domain, run.run_id), AUDIENCE_MAX),
  remind: (world, run) => world.push.send(runGroup(run.domain, run.run_id), headOf(run)),
  givesUp: { attempts: HEADS_AFTER_END, ageMs: HEADS_AGE_MS },
};
