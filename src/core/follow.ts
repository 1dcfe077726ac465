/** A message of the follow queue: which run, and which follower may take it. */
import { z } from 'zod';
import { RunId } from './names.ts';

export const Follow = z.object({ run_id: RunId, generation: z.int().min(0) });
export type Follow = Readonly<z.infer<typeof Follow>>;
