/** What the test of the promises looks at. */
import { expect } from 'vitest';
import { ticketPriority } from '../../src/core/lanes/lane.ts';
import type { Run } from '../../src/core/runs/run.ts';
import type { Submitted } from '../../src/engine/commands/submission.ts';
import type { Chaos, Trouble } from '../support/chaos.ts';

export const domain = 'default';
export const LANES = ['one', 'two'] as const;
export const TROUBLE: Trouble = {
  before: 0.04,
  after: 0.03,
  emptyList: 0.1,
  stall: 0.04,
  late: 0.05,
  linger: 0.3,
};
export type Instance = ReturnType<Chaos['instance']>;

/** What the callers were told, and what happened to runs from outside. */
export type Record_ = {
  readonly accepted: Map<string, Submitted>;
  readonly cancelled: Set<string>;
  readonly byHand: Set<string>;
  readonly keys: Map<string, Set<string>>;
};

export const runsIn = (c: Chaos): Run[] =>
  c.store
    .dump('runs')
    .filter((row) => row.key === 'run' && row.values['body'] !== undefined)
    .map((row) => JSON.parse(String(row.values['body'])) as Run);

/** What goes out was committed before. Returns what was not. */
export function watchPush(c: Chaos): string[] {
  const early: string[] = [];
  const send = c.push.send.bind(c.push);
  c.push.send = async (group, message) => {
    for (const event of (message as { events?: { run_id: string; seq: number }[] }).events ?? []) {
      const run = runsIn(c).find((each) => each.run_id === event.run_id);
      if ((run?.last_seq ?? 0) < event.seq) early.push(`${event.run_id} ${event.seq}`);
    }
    return send(group, message);
  };
  return early;
}

/** Each run that waits stands in the queue where its priority puts it. */
export function checkTickets(c: Chaos): void {
  const runs = new Map(runsIn(c).map((run) => [run.run_id, run]));
  for (const { key, values } of c.store.dump('lanes').filter((row) => row.key.startsWith('q.'))) {
    const run = runs.get(String(values['run_id']));
    expect(ticketPriority(key), `the place of ${run?.run_id} in its queue`).toBe(run?.priority);
  }
}
