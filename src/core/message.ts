/** The messages of the work queue, told apart by `kind`. A kind that is not known is dropped: the timer does its work. */
import { z } from 'zod';
import { RunId } from './names.ts';

/** Follow a live run: which one, and which follower may take it. */
export const Follow = z.object({
  kind: z.literal('follow'),
  run_id: RunId,
  generation: z.int().min(0),
});
export type Follow = Readonly<z.infer<typeof Follow>>;

export const Message = z.discriminatedUnion('kind', [Follow]);
export type Message = Readonly<z.infer<typeof Message>>;
