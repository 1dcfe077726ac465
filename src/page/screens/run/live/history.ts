/** Reads the events before those that come live, once somebody looks at them. */
import type { Client } from '../../../../client/client.ts';
import type { RunEvents } from './run-events.ts';

/** The most that the server gives at once. */
const PAGE = 1_000;

/** Adds events up to `until`; `onPage` after each page. Rejects with SluiceError. */
export async function readHistory(
  client: Client,
  runId: string,
  into: RunEvents,
  until: number,
  signal: AbortSignal,
  onPage: () => void,
): Promise<void> {
  while (into.lastSeq < until) {
    const before = into.lastSeq;
    const page = await client.events(runId, { after: before, limit: PAGE, signal });
    for (const event of page.events) if (event.seq <= until) into.add(event);
    if (into.lastSeq === before)
      throw new Error('The server has no events where some are missing.');
    onPage();
  }
}
