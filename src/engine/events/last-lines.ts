/** The last lines that a driver printed, from the event log. */
import { entryText } from '../../core/events/event-row.ts';
import { DRIVER_CONTAINER } from '../../core/kubernetes/manifest.ts';
import type { Run } from '../../core/runs/run.ts';
import type { World } from '../../ports/world.ts';
import { storedFrom } from './events.ts';

/** Lines: for containers as many as Kubernetes uses. Nextflow prints the script of a failed task, and fifty lines each of its output and errors. */
const LINES = { container: 80, nextflow: 300 } as const;
/** Events that are searched for them: a follower commits what a driver prints at once in one or two events. */
const EVENTS = 40;

/** The last lines as text, enough to explain a failure; empty without recent lines. */
export async function lastLines(world: World, run: Run): Promise<string> {
  const stored = await storedFrom(world, run, Math.max(0, run.last_seq - EVENTS), EVENTS);
  const entries = stored.flatMap(({ draft }) =>
    draft.type === 'log' && draft.container === DRIVER_CONTAINER ? draft.entries : [],
  );
  return entries.slice(-LINES[run.kind]).map(entryText).join('\n');
}
