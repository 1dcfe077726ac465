/** Many clients of one run, one client of a long run, one client of a burst. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Row } from '../row.ts';
import { readEvents, startRuns } from '../support/followed.ts';
import { linesOf, receive } from '../support/load.ts';
import { onStack, until, within } from '../support/stack.ts';
import { countNumbers, percentile, spread, thin } from '../support/statistics.ts';
import type { Outcome } from '../support/watchers-main.ts';

const WATCHERS = fileURLToPath(new URL('../support/watchers-main.ts', import.meta.url));
const CLIENTS = 1_000;
const PROCESSES = 4;
/** A process starts so many milliseconds apart: together they stay below the API's default rate of 200/s. */
const APART_MS = 100;
const LIVE_SECONDS = 60;
const RAMP_MS = 150_000;
const END_MS = 120_000;

/** A process of watching clients; `live` when all of them have had a line. */
function startWatchers(api: string, runId: string, clients: number, lines: number) {
  const args = [WATCHERS, api, runId, String(clients), String(APART_MS), String(lines)];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.on('error', () => undefined);
  const output = createInterface({ input: child.stdout });
  const ended = new Promise<never>((_, reject) => {
    child.once('close', (code) => reject(new Error(`watching clients ended with ${code}`)));
  });
  ended.catch(() => undefined);
  const live = new Promise<void>((resolve) => {
    output.on('line', (line) => line === 'live' && resolve());
  });
  const outcome = new Promise<Outcome>((resolve) => {
    output.on('line', (line) => line.startsWith('{') && resolve(JSON.parse(line) as Outcome));
  });
  return {
    live: Promise.race([live, ended]),
    outcome,
    ended,
    since: (at: number) => child.stdin.write(String(at)),
    kill: () => child.kill('SIGKILL'),
  };
}

const fanOut: Row = {
  id: 'clients',
  title: `${CLIENTS} clients of one run at 20 lines/s`,
  where: 'local',
  units: {
    p50: 'ms',
    p99: 'ms',
    worst_client_p99: 'ms',
    lost: 'lines',
    doubled: 'lines',
    clients: '',
    ramp: 's',
  },
  targets: { p99: ['≤', 2_000], lost: ['=', 0], doubled: ['=', 0], clients: ['=', CLIENTS] },
  method: `${CLIENTS} clients, each the \`watch\` of \`src/client\` with its own @azure/web-pubsub-client connection, in ${PROCESSES} processes, join a run that prints 20 lines a second; \`ramp\` is how long until all of them have had a line. From then on for at least ${LIVE_SECONDS} s every line is timed at every client, from printing to the arrival of its event. The Web PubSub emulator keeps to the limits of one unit: 1,000 connections, 200 messages a second in, 3,000 messages a second (of 2 KB) out. At the end every client must have had every number once, those before it came too, and the last event.`,
  measure: () =>
    onStack({}, async ({ stack, client }) => {
      const lines = 20 * (RAMP_MS / 1_000 + LIVE_SECONDS);
      const [id = ''] = await startRuns(client, 1, { lines, perSecond: 20, everyMs: 50 });
      const began = Date.now();
      const watchers = Array.from({ length: PROCESSES }, () =>
        startWatchers(stack.api, id, CLIENTS / PROCESSES, lines),
      );
      try {
        await within('all clients', RAMP_MS, Promise.all(watchers.map(({ live }) => live)));
        const ramp = (Date.now() - began) / 1_000;
        // A breath for those that came last.
        const since = Date.now() + 2_000;
        for (const each of watchers) each.since(since);
        const all = Promise.all(watchers.map((each) => Promise.race([each.outcome, each.ended])));
        const outcomes = await within(
          'the end at all clients',
          RAMP_MS + LIVE_SECONDS * 1_000 + END_MS,
          all,
        );
        const byClient = outcomes.flatMap(({ lag }) => lag);
        const lag = byClient.flat();
        const sum = (key: 'lost' | 'doubled' | 'complete'): number =>
          outcomes.reduce((total, each) => total + each[key], 0);
        return {
          samples: {
            lag_ms: thin(lag),
            client_p99_ms: byClient.map((each) => percentile(each, 99)),
          },
          figures: {
            ...spread(lag),
            worst_client_p99: Math.max(...byClient.map((each) => percentile(each, 99))),
            lost: sum('lost'),
            doubled: sum('doubled'),
            clients: sum('complete'),
            ramp,
          },
          note: `all of them are \`watch\` clients with the real SDK, in ${PROCESSES} processes`,
        };
      } finally {
        for (const each of watchers) each.kill();
      }
    }),
};

const BURST = 20_000;

const burst: Row = {
  id: 'burst',
  title: 'burst of 20,000 lines',
  where: 'local',
  units: { live: 'lines', after: 'lines', text: 'lines', doubled: 'lines', seconds: 's' },
  targets: {
    live: ['=', BURST],
    after: ['=', BURST],
    text: ['=', BURST],
    doubled: ['=', 0],
  },
  method:
    'A run that prints 20,000 lines as fast as it can and ends at once. `live`: different numbers at a client that watches; `seconds`: from the first line to its last. `after`: numbers in the events once the Job is deleted and the place in the lane is free again; `text`: lines of `/log` then.',
  measure: () =>
    onStack({}, async ({ client }) => {
      const stop = new AbortController();
      const [id = ''] = await startRuns(client, 1, { lines: BURST, perSecond: 0, bytes: 80 });
      try {
        const receipt = receive(client, id, stop.signal);
        await within('the end at the client', END_MS, receipt.done);
        await until('the Job gone', END_MS, async () => {
          const lane = await client.getLane('bench');
          return lane.active.length === 0;
        });
        const logged = (await readEvents(client, id)).flatMap(linesOf).map(({ number }) => number);
        const text = (await client.log(id)).split('\n').filter((line) => line.startsWith('#'));
        const [live, after] = [countNumbers(receipt.numbers, BURST), countNumbers(logged, BURST)];
        const printed = (receipt.at[0] ?? 0) - (receipt.lag[0] ?? 0);
        return {
          samples: { received_ms: thin(receipt.lag) },
          figures: {
            live: BURST - live.lost,
            after: BURST - after.lost,
            text: new Set(text).size,
            doubled: live.doubled + after.doubled + text.length - new Set(text).size,
            seconds: ((receipt.at.at(-1) ?? 0) - printed) / 1_000,
          },
        };
      } finally {
        stop.abort();
      }
    }),
};

export const clientRows: readonly Row[] = [fanOut, burst];
