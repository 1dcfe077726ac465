/** How a driver's lines tell progress, by the kind of its run. Pure. */
import type { Progress } from '../events/event.ts';
import type { RunKind } from '../runs/request.ts';

/** `[3/20] …`: the usual way of build tools to say how far they are. */
const COUNT = /^\[\s*(\d{1,9})\s*\/\s*(\d{1,9})\s*\]/;
/** Nextflow with ANSI off says when a task is submitted or cached, never when it is done. */
const TASK = /^\[[0-9a-f]{2}\/[0-9a-f]{6}\] (Submitted|Cached) process > /;

const percent = (completed: number, total: number): number | null =>
  total === 0 ? null : Math.min(100, Math.round((completed / total) * 1000) / 10);

export function nextProgress(
  kind: RunKind,
  before: Progress | null,
  line: string,
): Progress | null {
  if (kind === 'container') {
    const found = COUNT.exec(line);
    if (!found) return before;
    const [completed, total] = [Number(found[1]), Number(found[2])];
    return completed > total ? before : { completed, total, percent: percent(completed, total) };
  }
  const found = TASK.exec(line);
  if (!found) return before;
  const cached = found[1] === 'Cached' ? 1 : 0;
  // The total is unknown while a pipeline runs, so there is no percentage.
  return {
    completed: (before?.completed ?? 0) + cached,
    total: (before?.total ?? 0) + 1,
    percent: null,
  };
}
