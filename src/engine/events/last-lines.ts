/** The last lines that a driver printed, from the event log. */

import { entryText } from '../../core/events/event-row.ts';
import { kindOf } from '../../core/kinds/all.ts';
import { DRIVER_CONTAINER } from '../../core/names.ts';
import type { Run } from '../../core/runs/run.ts';
import type { World } from '../../ports/world.ts';
import { storedFrom } from './events.ts';

/** Events that are searched for them: a follower commits what a driver prints at once in one or two events. */
const EVENTS = 40;

/** The last lines as text, enough to explain a failure; empty without recent lines. */
export async function lastLines(world: World, run: Run): Promise<string> {
  const stored = await storedFrom(world, run, Math.max(0, run.last_seq - EVENTS), EVENTS);
  const entries = stored.flatMap(({ draft }) =>
    draft.type === 'log' && draft.container === DRIVER_CONTAINER ? draft.entries : [],
  );
  return entries.slice(-kindOf(run.kind).failure.lines).map(entryText).join('\n');
}
