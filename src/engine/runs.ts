/** Reads runs for the API. */
import { AppError, invalid } from '../core/errors.ts';
import { isTerminal, type RunState } from '../core/event.ts';
import type { Run } from '../core/run.ts';
import type { RunView } from '../core/run-view.ts';
import type { World } from '../ports/world.ts';
import { type Cursor, type IndexEntry, walkIndex } from './index-store.ts';
import { readTickets } from './lane-store.ts';
import { readReachability } from './reachability.ts';
import { readRunAndLaunch } from './run-store.ts';
import { toView } from './view.ts';

/** A view of one run. Rejects with `not_found` when there is none in the domain. */
export async function getRun(world: World, domain: string, runId: string): Promise<RunView> {
  const found = await readRunAndLaunch(world, runId);
  if (!found || found.run.domain !== domain)
    throw new AppError('not_found', `There is no run ${runId}.`);
  const { run, launch } = found;
  const reach = await readReachability(world, domain, run.target);
  return toView(run, launch, reach, run.state === 'queued' ? await positionOf(world, run) : null);
}

/** Its place among the first `limit` of its lane's queue, 1 for the next one; null when it is not there (any more). */
export async function positionOf(
  world: World,
  run: Run,
  limit = Number.POSITIVE_INFINITY,
): Promise<number | null> {
  const tickets = await readTickets(world, run.domain, run.lane, limit);
  const index = tickets.findIndex((ticket) => ticket.run_id === run.run_id);
  return index < 0 ? null : index + 1;
}

export type RunFilter = {
  readonly state?: RunState;
  readonly lane?: string;
  readonly pipeline?: string;
  readonly label?: { readonly key: string; readonly value: string };
  /** RFC 3339: runs created at or after it. */
  readonly since?: string;
  readonly limit: number;
  readonly cursor?: string;
};

/** Entries looked at for one page: a filter that matches little still answers in time, with a cursor. */
const LOOKED_AT_MAX = 2_000;

/** Newest first. `next_cursor` is null at the end; a page may be short, or empty, before it. */
export async function listRuns(
  world: World,
  domain: string,
  filter: RunFilter,
): Promise<{ runs: RunView[]; next_cursor: string | null }> {
  const runs: RunView[] = [];
  let looked = 0;
  for await (const { entry, cursor } of walkIndex(
    world,
    domain,
    parseCursor(filter.cursor),
    filter.since,
  )) {
    looked += 1;
    const view = matches(entry, filter) ? await viewOf(world, domain, entry) : undefined;
    if (view && (filter.state === undefined || view.state === filter.state)) runs.push(view);
    if (runs.length >= filter.limit || looked >= LOOKED_AT_MAX)
      return { runs, next_cursor: `${cursor.month}.${cursor.key}` };
  }
  return { runs, next_cursor: null };
}

function parseCursor(text: string | undefined): Cursor | null {
  if (text === undefined) return null;
  const found = /^(\d{4}-\d{2})\.(r[0-9a-z]{15})$/.exec(text);
  if (!found) throw invalid('cursor', 'is not a cursor of this list');
  return { month: found[1] ?? '', key: found[2] ?? '' };
}

/** What the index is sure of: a state in it that is not final may be out of date. */
function matches(entry: IndexEntry, { state, lane, pipeline, label }: RunFilter): boolean {
  if (state !== undefined && isTerminal(entry.state) && entry.state !== state) return false;
  if (lane !== undefined && entry.lane !== lane) return false;
  if (pipeline !== undefined && entry.pipeline !== pipeline) return false;
  return label === undefined || entry.labels[label.key] === label.value;
}

async function viewOf(
  world: World,
  domain: string,
  entry: IndexEntry,
): Promise<RunView | undefined> {
  const found = await readRunAndLaunch(world, entry.run_id);
  return (
    found &&
    toView(found.run, found.launch, await readReachability(world, domain, found.run.target), null)
  );
}
