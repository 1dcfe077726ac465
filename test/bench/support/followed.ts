/** Live runs that are followed while they print: how far behind, what is lost, what it takes. */
import type { Client } from '../../../src/client/index.ts';
import type { RunEvent } from '../../../src/core/events/event.ts';
import type { StackOptions } from '../../../src/dev/stack.ts';
import { container, type Driver, linesOf, type Receipt, receive } from './load.ts';
import { coresBetween, observe, type Usage } from './process.ts';
import { type Bench, onStack, until, within } from './stack.ts';
import { countNumbers } from './statistics.ts';

export type Following = {
  readonly runs: number;
  readonly driver: Driver;
  /** So many of the runs, evenly taken, have a client that watches. */
  readonly watched: number;
};

type Line = { readonly printed: number; readonly recorded: number };
type Process = 'host' | 'azurite' | 'kubernetes' | 'webPubSub';

export type Followed = {
  /** Milliseconds from a line to the time of its event, of all runs, in the order of printing, all runs alive. */
  readonly recorded: readonly number[];
  /** Milliseconds from a line to the watching client, in the order of printing, all runs alive. */
  readonly received: readonly number[];
  /** Seconds in which all runs printed at once. */
  readonly seconds: number;
  readonly lost: number;
  readonly doubled: number;
  /** Of the host, in MiB, a second apart. */
  readonly memory: readonly number[];
  /** Processor time of the host in all, in seconds. */
  readonly hostSeconds: number;
  /** Cores kept busy by each process while all runs printed. */
  readonly cores: Readonly<Record<Process, number>>;
};

const LANE = 'bench';
const START_MS = 120_000;
const END_MS = 120_000;
const PAGE = 200;
const READERS = 4;

/** Starts runs in a lane of their own that takes all of them at once; a few requests at a time. */
export async function startRuns(client: Client, runs: number, driver: Driver): Promise<string[]> {
  await client.putLane(LANE, { capacity: runs });
  const ids: string[] = [];
  const request = { pipeline: 'bench', kind: 'container' as const, lane: LANE };
  const start = async (): Promise<void> => {
    while (ids.length < runs) {
      const at = ids.push('') - 1;
      const run = await client.startRun({ ...request, container: container(driver) });
      ids[at] = run.run_id;
    }
  };
  await Promise.all(Array.from({ length: Math.min(READERS, runs) }, start));
  return ids;
}

/** All events of a run, read over HTTP. */
export async function readEvents(client: Client, runId: string): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  for (;;) {
    const after = events.at(-1)?.seq ?? 0;
    const page = await client.events(runId, { after, limit: PAGE });
    events.push(...page.events);
    if (page.events.length === 0 || (events.at(-1)?.seq ?? 0) >= page.last_seq) return events;
  }
}

/** The driver's lines in the event log: when printed, when recorded; and what is missing. */
async function audit(client: Client, ids: readonly string[], total: number) {
  const runs: Line[][] = [];
  let [lost, doubled] = [0, 0];
  const left = [...ids];
  const read = async (): Promise<void> => {
    for (let id = left.pop(); id !== undefined; id = left.pop()) {
      const events = await readEvents(client, id);
      const gap = events.findIndex(({ seq }, index) => seq !== index + 1);
      if (gap !== -1) throw new Error(`Run ${id} has no event ${gap + 1}`);
      const numbers: number[] = [];
      const lines: Line[] = [];
      for (const event of events) {
        for (const { number, at } of linesOf(event)) {
          numbers.push(number);
          lines.push({ printed: at, recorded: Date.parse(event.timestamp) });
        }
      }
      const counted = countNumbers(numbers, total);
      lost += counted.lost;
      doubled += counted.doubled;
      runs.push(lines);
    }
  };
  await Promise.all(Array.from({ length: READERS }, read));
  return { runs, lost, doubled };
}

/** When all of them printed: from the last first line to the first last one. */
function shared(runs: readonly (readonly Line[])[]) {
  const from = Math.max(...runs.map((lines) => lines[0]?.printed ?? Number.NaN));
  const to = Math.min(...runs.map((lines) => lines.at(-1)?.printed ?? Number.NaN));
  if (!(to > from)) throw new Error('The runs never printed all at once');
  return { from, to };
}

type Span = { readonly from: number; readonly to: number };

const lagsIn = (lines: readonly { printed: number; lag: number }[], { from, to }: Span): number[] =>
  lines
    .filter(({ printed }) => printed >= from && printed <= to)
    .sort((a, b) => a.printed - b.printed)
    .map(({ lag }) => lag);

const receivedLines = (receipts: readonly Receipt[]) =>
  receipts.flatMap(({ lag, at }) =>
    lag.map((each, index) => ({ lag: each, printed: (at[index] ?? 0) - each })),
  );

async function observed({ stack, client }: Bench, what: Following): Promise<Followed> {
  const { runs, driver, watched } = what;
  const { pids } = stack;
  const looks = {
    host: observe(() => pids.host),
    azurite: observe(() => pids.azurite),
    kubernetes: observe(() => pids.kubernetes),
    webPubSub: observe(() => pids.webPubSub),
  };
  const stop = new AbortController();
  const host = pids.host;
  try {
    const ids = await startRuns(client, runs, driver);
    const every = Math.max(1, Math.floor(runs / Math.max(1, watched)));
    const followed = ids.filter((_, index) => index % every === 0).slice(0, watched);
    const receipts = followed.map((id) => receive(client, id, stop.signal));
    const patience = START_MS + END_MS + (driver.lines / Math.max(1, driver.perSecond)) * 1_000;
    await until(
      'all runs over',
      patience,
      async () => {
        const lane = await client.getLane(LANE);
        return lane.active.length === 0 && lane.queued === 0;
      },
      1_000,
    );
    await within('all clients told', END_MS, Promise.all(receipts.map(({ done }) => done)));
    if (pids.host !== host) throw new Error('The host was started again meanwhile');
    for (const look of Object.values(looks)) look.stop();
    const { runs: lines, lost, doubled } = await audit(client, ids, driver.lines);
    const span = shared(lines);
    const missing = receipts.map(({ numbers }) => countNumbers(numbers, driver.lines));
    const sum = (key: 'lost' | 'doubled'): number =>
      missing.reduce((all, each) => all + each[key], 0);
    const recorded = lines
      .flat()
      .map(({ printed, recorded: at }) => ({ printed, lag: at - printed }));
    const usage = looks.host.seen;
    const cores = (seen: readonly Usage[]): number => coresBetween(seen, span.from, span.to);
    return {
      recorded: lagsIn(recorded, span),
      received: lagsIn(receivedLines(receipts), span),
      seconds: (span.to - span.from) / 1_000,
      lost: lost + sum('lost'),
      doubled: doubled + sum('doubled'),
      memory: usage.map(({ mib }) => mib),
      hostSeconds: (usage.at(-1)?.seconds ?? Number.NaN) - (usage[0]?.seconds ?? 0),
      cores: {
        host: cores(looks.host.seen),
        azurite: cores(looks.azurite.seen),
        kubernetes: cores(looks.kubernetes.seen),
        webPubSub: cores(looks.webPubSub.seen),
      },
    };
  } finally {
    stop.abort();
    for (const look of Object.values(looks)) look.stop();
  }
}

/** On a stack of its own, at default settings unless told otherwise. */
export const followed = (what: Following, options: StackOptions = {}): Promise<Followed> =>
  onStack(options, (bench) => observed(bench, what));
