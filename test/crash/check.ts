/** What has to hold of every run when all is over. */
import { isDeepStrictEqual } from 'node:util';
import type { RunEvent, RunView } from '../../src/client/index.ts';
import { type Ledger, lineCount, lineOf } from './drivers.ts';
import type { Accepted, Load } from './load.ts';

const PAGE = 1_000;

async function allEvents(load: Load, runId: string): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  for (;;) {
    const page = await load.client.events(runId, { after: events.at(-1)?.seq ?? 0, limit: PAGE });
    events.push(...page.events);
    if (page.events.length === 0 || events.at(-1)?.seq === page.last_seq) return events;
  }
}

const linesOf = (events: readonly RunEvent[]): string[] =>
  events.flatMap((event) => (event.type === 'log' ? event.data.lines.map((l) => l.message) : []));

/** The first place where two lists differ, in words. */
function difference(name: string, found: readonly unknown[], wanted: readonly unknown[]): string[] {
  const at = wanted.findIndex((value, index) => !isDeepStrictEqual(value, found[index]));
  if (at < 0 && found.length === wanted.length) return [];
  const place = at < 0 ? wanted.length : at;
  const show = (list: readonly unknown[]) =>
    JSON.stringify(list[place])?.slice(0, 300) ?? 'nothing';
  return [
    `${name}: ${found.length} in place of ${wanted.length}; at ${place} ${show(found)} in place of ${show(wanted)}`,
  ];
}

/** Every line once and in order, or, of a run that was stopped, the first so many and a word about the rest. */
function checkLines(run: Accepted, view: RunView, ledger: Ledger, events: RunEvent[]): string[] {
  const { runId, plan } = run;
  const lines = linesOf(events);
  const { printed, ended } = ledger.entry(runId);
  const gaps = events.filter((event) => event.type === 'gap').length;
  const wanted = Array.from({ length: ended ? lineCount(plan) : lines.length }, (_, index) =>
    lineOf(runId, index + 1),
  );
  if (view.state !== 'cancelled') {
    const told = gaps > 0 ? [`${gaps} gaps in the log of a run that nobody stopped`] : [];
    return [...told, ...difference('lines', lines, wanted)];
  }
  // Pod and log go together: what was printed last may be lost, which then has to be said.
  if (lines.length >= printed || gaps === 0) {
    const short = lines.length < printed ? [`${printed} lines printed, and no word of a gap`] : [];
    return [...short, ...difference('lines', lines, wanted.slice(0, lines.length))];
  }
  return difference('lines before the gap', lines, wanted.slice(0, lines.length));
}

/** The run came to the end that its driver came to, or to the one that was asked for. */
function checkEnd(run: Accepted, view: RunView, ledger: Ledger): string[] {
  const { started, ended } = ledger.entry(run.runId);
  const { state, exit_code: code, reason } = view;
  const why = JSON.stringify(reason);
  if (state === 'cancelled') return run.cancelled ? [] : [`cancelled by nobody: ${why}`];
  if (!started || !ended) return [`${state}, and its driver never came to its end: ${why}`];
  const wanted = run.plan.exitCode === 0 ? 'succeeded' : 'failed';
  if (state !== wanted || code !== run.plan.exitCode)
    return [`${state} with ${code} in place of ${wanted}: ${why}`];
  if (state === 'failed' && !reason?.message) return ['failed without a reason'];
  return [];
}

function checkEvents(events: readonly RunEvent[], view: RunView): string[] {
  const wrong = difference(
    'numbers',
    events.map(({ seq }) => seq),
    Array.from({ length: view.last_seq }, (_, index) => index + 1),
  );
  const completes = events.filter(({ type }) => type === 'complete');
  const last = events.at(-1);
  if (completes.length !== 1 || last?.type !== 'complete' || last.data.status !== view.state)
    wrong.push(`${completes.length} complete events, the last event is ${JSON.stringify(last)}`);
  return wrong;
}

/** Everything that is wrong with one run; empty when nothing is. */
export async function checkRun(run: Accepted, load: Load, ledger: Ledger): Promise<string[]> {
  const view = await load.client.getRun(run.runId);
  const events = await allEvents(load, run.runId);
  const log = (await load.client.log(run.runId)).split('\n').slice(0, -1);
  const wrong = [
    ...checkEnd(run, view, ledger),
    ...checkEvents(events, view),
    ...checkLines(run, view, ledger, events),
    ...difference('/log', log, linesOf(events)),
    ...run.seen.flatMap((seen, index) => difference(`watcher ${index + 1}`, seen, events)),
  ];
  if (ledger.isAlive(run.runId)) wrong.push('its driver is alive');
  return wrong.map((text) => `${run.runId} (${run.lane}): ${text}`);
}

/** Lanes are free: no place is held, nobody waits. */
export async function checkLanes(load: Load): Promise<string[]> {
  const { lanes } = await load.client.listLanes({ limit: 1_000 });
  return lanes
    .filter(({ active, queued }) => active.length > 0 || queued > 0)
    .map((lane) => `lane ${lane.name} is not free: ${JSON.stringify(lane)}`);
}
