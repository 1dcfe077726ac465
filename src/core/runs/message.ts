/** Messages of the follow queue, told apart by `kind`. Unknown kinds are dropped: the timer does their work. */
import { z } from 'zod';
import { DISPATCHES_PER_MESSAGE } from '../limits.ts';
import { RunId } from '../names.ts';

/** Follow a live run. `generation` is that of the follower that may take it. */
export const Follow = z.object({
  kind: z.literal('follow'),
  run_id: RunId,
  generation: z.int().min(0),
});
export type Follow = Readonly<z.infer<typeof Follow>>;

/** Move the events of a run that is over from rows to blobs. */
export const Compact = z.object({ kind: z.literal('compact'), run_id: RunId });
export type Compact = Readonly<z.infer<typeof Compact>>;

/** Start runs that have their places, where the request did not do it itself. Their target is `target` of `domain`. */
export const Dispatch = z.object({
  kind: z.literal('dispatch'),
  run_ids: z.array(RunId).min(1).max(DISPATCHES_PER_MESSAGE),
  domain: z.string().min(1),
  target: z.string().min(1),
});
export type Dispatch = Readonly<z.infer<typeof Dispatch>>;

export const Message = z.discriminatedUnion('kind', [Follow, Compact, Dispatch]);
export type Message = Readonly<z.infer<typeof Message>>;
