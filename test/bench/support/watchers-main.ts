/**
 * Some of the clients of one run, as a process of their own. Arguments: address of the API, run id, number of
 * clients, milliseconds between two of them, lines of the driver. Prints `live` when all of them have had a line,
 * and at the end one line of JSON, an `Outcome`. Ends with its standard input too.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { createClient } from '../../../src/client/index.ts';
import { linesOf } from './load.ts';
import { countNumbers } from './statistics.ts';

export type Outcome = {
  /** By client: milliseconds from printing to arrival of the lines printed since all were live, each line once. */
  readonly lag: readonly (readonly number[])[];
  readonly lost: number;
  readonly doubled: number;
  /** Clients that had the last event. */
  readonly complete: number;
};

const [api = '', runId = '', count = '1', everyMs = '0', lines = '0'] = process.argv.slice(2);
const clients = Array.from({ length: Number(count) }, () => ({
  numbers: [] as number[],
  lag: [] as number[],
  complete: false,
}));
let waiting = clients.length;
/** Lines printed before every client was there are catching up, not living. */
let liveSince = Number.POSITIVE_INFINITY;

async function watch(client: (typeof clients)[number]): Promise<void> {
  for await (const event of createClient({ url: api }).watch(runId)) {
    const now = Date.now();
    client.complete ||= event.type === 'complete';
    for (const { number, at } of linesOf(event)) {
      if (client.numbers.push(number) === 1) waiting -= 1;
      if (at >= liveSince) client.lag.push(now - at);
    }
    if (waiting === 0) {
      waiting = -1;
      console.log('live');
    }
  }
}

process.stdin.on('data', (bytes: Buffer) => (liveSince = Number(bytes.toString())));
process.stdin.on('end', () => process.exit(1));

const watches: Promise<void>[] = [];
for (const client of clients) {
  watches.push(watch(client));
  await delay(Number(everyMs));
}
await Promise.all(watches);
const counted = clients.map(({ numbers }) => countNumbers(numbers, Number(lines)));
const outcome: Outcome = {
  lag: clients.map(({ lag }) => lag),
  lost: counted.reduce((sum, { lost }) => sum + lost, 0),
  doubled: counted.reduce((sum, { doubled }) => sum + doubled, 0),
  complete: clients.filter(({ complete }) => complete).length,
};
process.stdout.write(`${JSON.stringify(outcome)}\n`, () => process.exit(0));
