/**
 * Figures of domains and of the installation. Each instance counts in memory and adds that to rows now and then, so that a count
 * costs no call, and scaling in loses no figure. An instance that is killed loses what it had not added yet.
 */

import type { EventDraft } from '../../core/events/event-row.ts';
import { isTerminal } from '../../core/events/state.ts';
import {
  addFigures,
  type CounterName,
  counterKey,
  FIGURES_MS,
  FIGURES_SHARDS,
  FIGURES_TRIES,
  type Figures,
  type HistogramName,
  observationKeys,
} from '../../core/figures/figures.ts';
import { durationSeconds, type Run } from '../../core/runs/run.ts';
import { Conflict } from '../../ports/store.ts';
import type { World } from '../../ports/world.ts';
import { perInstance } from './per-instance.ts';
import { writeRow } from './rows.ts';

const PARTITION = 'figures';
/** Figures that belong to no domain; no domain has this name. */
export const INSTALLATION = '';

type Pending = {
  /** By domain. */
  readonly counts: Map<string, Map<string, number>>;
  /** When this instance last added to the rows. */
  storedAt: number;
  storing: Promise<void> | undefined;
};
const pendingOf = perInstance(
  (): Pending => ({ counts: new Map(), storedAt: Number.NEGATIVE_INFINITY, storing: undefined }),
);

function add(world: World, domain: string, keys: readonly (readonly [string, number])[]): void {
  const { counts } = pendingOf(world);
  const figures = counts.get(domain) ?? new Map<string, number>();
  counts.set(domain, figures);
  for (const [key, by] of keys) figures.set(key, (figures.get(key) ?? 0) + by);
}

/** Counts in memory. Label values that the figure does not have are kept, and never shown. */
export function count(
  world: World,
  domain: string,
  name: CounterName,
  values: readonly string[],
  by = 1,
): void {
  if (by > 0) add(world, domain, [[counterKey(name, ...values), by]]);
}

/** Notes a value in memory; clocks of nodes may be ahead, so it is at least 0. */
export function observe(world: World, domain: string, name: HistogramName, seconds: number): void {
  if (Number.isFinite(seconds)) add(world, domain, observationKeys(name, Math.max(0, seconds)));
}

const secondsBetween = (from: string, to: number): number => (to - Date.parse(from)) / 1_000;

/** What a committed change of a run tells: its start, its end, how late its lines and its first follower are. */
export function noteChange(
  world: World,
  before: Run,
  after: Run,
  drafts: readonly EventDraft[],
): void {
  const now = world.clock.now();
  const { domain } = after;
  if (before.started_at === null && after.started_at !== null)
    observe(
      world,
      domain,
      'run_wait_seconds',
      secondsBetween(after.created_at, Date.parse(after.started_at)),
    );
  if (!isTerminal(before.state) && isTerminal(after.state)) {
    count(world, domain, 'runs_ended_total', [after.state, after.reason?.code ?? 'none']);
    const seconds = durationSeconds(after);
    if (seconds !== null) observe(world, domain, 'run_duration_seconds', seconds);
  }
  if (before.generation === 0 && after.generation === 1 && before.asked_at !== null)
    observe(world, domain, 'follower_start_seconds', secondsBetween(before.asked_at, now));
  const lines = drafts.find((draft) => draft.type === 'log');
  const oldest = lines?.entries[0]?.time;
  if (oldest !== undefined)
    observe(world, domain, 'log_delay_seconds', secondsBetween(oldest, now));
}

/**
 * Adds what this instance has counted to the rows, unless it has just done so; with `now` in any case. Never rejects: what cannot
 * be added waits for the next time.
 */
export async function storeFigures(world: World, now = false): Promise<void> {
  const pending = pendingOf(world);
  const due = world.clock.now() - pending.storedAt >= FIGURES_MS;
  if (pending.counts.size === 0 || !(due || now)) return;
  if (pending.storing) {
    await pending.storing;
    return;
  }
  pending.storedAt = world.clock.now();
  pending.storing = storeAll(world, pending).finally(() => (pending.storing = undefined));
  await pending.storing;
}

async function storeAll(world: World, { counts }: Pending): Promise<void> {
  const taken = [...counts];
  counts.clear();
  for (const [domain, figures] of taken) {
    try {
      await storeOne(world, domain, figures);
    } catch (error) {
      add(world, domain, [...figures]);
      world.log.info('figures not stored', { domain, error });
    }
  }
}

/** A few rows for each domain, so that instances seldom meet. */
async function storeOne(world: World, domain: string, figures: Figures): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    const [random = 0] = world.random(1);
    const key = `${domain}.${random % FIGURES_SHARDS}`;
    const row = await world.store.read('meta', PARTITION, key);
    const sum = addFigures(row ? parse(row.values['body']) : new Map(), figures);
    const values = { body: JSON.stringify(Object.fromEntries(sum)) };
    try {
      await writeRow(world, 'meta', PARTITION, key, values, row?.etag ?? null);
      return;
    } catch (error) {
      // Another instance was faster. After any other failure the row may have been written: rather lost than doubled.
      if (!(error instanceof Conflict)) {
        world.log.info('figures may be lost', { domain, error });
        return;
      }
      if (tries >= FIGURES_TRIES) throw error;
    }
  }
}

const parse = (body: unknown): Figures =>
  new Map(Object.entries(JSON.parse(String(body)) as Record<string, number>));

/** What all instances have added so far, and this one has counted, of the domain and of the installation. */
export async function readFigures(world: World, domain: string): Promise<Figures> {
  const { counts } = pendingOf(world);
  const parts = await Promise.all(
    [domain, INSTALLATION].map(async (name) => {
      const range = {
        from: `${name}.0`,
        before: `${name}.${FIGURES_SHARDS}`,
        limit: FIGURES_SHARDS,
      };
      const rows = await world.store.list('meta', PARTITION, range);
      return addFigures(
        ...rows.map(({ values }) => parse(values['body'])),
        counts.get(name) ?? new Map<string, number>(),
      );
    }),
  );
  return addFigures(...parts);
}
