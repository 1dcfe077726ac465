/**
 * Runs ticks: by the timer, or by calls when the timer is dead. Platforms lose timers, for days, while everything else
 * works. So each tick stores its time; when the timer has not fired for minutes, a request or message also runs a tick.
 */
import { OVERDUE_TICK_MS, TIMER_DEAD_MS } from '../../core/limits.ts';
import { Conflict } from '../../ports/store.ts';
import type { World } from '../../ports/world.ts';
import { count, INSTALLATION, observe } from '../store/figures.ts';
import { perInstance } from '../store/per-instance.ts';
import { writeRow } from '../store/rows.ts';
import { sweepSlice } from './retention/sweep.ts';
import { type Ticked, tick } from './tick.ts';

const PARTITION = 'meta';
const KEY = 'tick';

type Ticks = {
  /** When a tick last began, by the timer or a call; also the lease for calls. Milliseconds since 1970. */
  readonly at: number;
  /** When the timer last fired; before that, since when it is expected. */
  readonly timer_at: number;
  /** Run id where the next tick begins. */
  readonly from: string;
};
type VersionedTicks = Ticks & { readonly etag: string };

async function read(world: World): Promise<VersionedTicks | undefined> {
  const row = await world.store.read('meta', PARTITION, KEY);
  return (
    row && {
      at: Number(row.values['at']),
      timer_at: Number(row.values['timer_at']),
      from: String(row.values['from']),
      etag: row.etag,
    }
  );
}

/** Writes the row if it is unchanged. Rejects with Conflict. */
async function write(
  world: World,
  before: VersionedTicks | undefined,
  ticks: Ticks,
): Promise<VersionedTicks> {
  const values = { at: ticks.at, timer_at: ticks.timer_at, from: ticks.from };
  const etag = await writeRow(world, 'meta', PARTITION, KEY, values, before?.etag ?? null);
  return { ...ticks, etag };
}

/** Called by the timer: one tick, which begins where the last one stopped. */
export async function timerTick(world: World): Promise<Ticked> {
  const now = world.clock.now();
  const noted = await read(world)
    .then((before) => write(world, before, { at: now, timer_at: now, from: before?.from ?? '' }))
    .catch((error: unknown) => {
      // A call has just begun a tick, or storage failed: the tick itself runs anyway.
      world.log.info('tick not noted', { error });
      return undefined;
    });
  return tickFrom(world, noted);
}

async function tickFrom(world: World, noted: VersionedTicks | undefined): Promise<Ticked> {
  const from = noted?.from ?? '';
  const ticked = await tick(world, { from });
  noteTick(world, ticked);
  if (noted && ticked.stopped_at !== from)
    await write(world, noted, { ...noted, from: ticked.stopped_at }).catch((error: unknown) =>
      world.log.info('end of the tick not noted', { error }),
    );
  // After the tick, whose work goes first.
  await sweepSlice(world);
  return ticked;
}

function noteTick(world: World, { runs, failed, left, duration_ms }: Ticked): void {
  observe(world, INSTALLATION, 'tick_duration_seconds', duration_ms / 1_000);
  const results = { reconciled: runs - failed, failed, left };
  for (const [result, by] of Object.entries(results))
    count(world, INSTALLATION, 'tick_runs_total', [result], by);
}

/** When this instance reads the row again: milliseconds of its clock. */
const nextLook = perInstance(() => ({ at: 0 }));

/**
 * Called beside every request and message: runs a tick when the timer has not fired for three minutes, once a minute among
 * all instances. Costs one read in three minutes while the timer works. Never rejects.
 */
export async function runOverdueTick(world: World): Promise<void> {
  const now = world.clock.now();
  const look = nextLook(world);
  if (now < look.at && look.at - now <= TIMER_DEAD_MS) return;
  // Set before the read, so that concurrent calls of this instance do not read too.
  look.at = now + OVERDUE_TICK_MS;
  try {
    const found = await read(world);
    const ticks = found ?? (await write(world, undefined, { at: now, timer_at: now, from: '' }));
    const due = Math.max(ticks.timer_at + TIMER_DEAD_MS, ticks.at + OVERDUE_TICK_MS);
    look.at = Math.min(due, now + TIMER_DEAD_MS);
    if (!isDead(ticks, now) || Math.abs(now - ticks.at) < OVERDUE_TICK_MS) return;
    const mine = await write(world, ticks, { ...ticks, at: now });
    look.at = now + OVERDUE_TICK_MS;
    world.log.warn('the timer does not fire: a request or message runs the tick', {
      last: new Date(ticks.timer_at).toISOString(),
    });
    await tickFrom(world, mine);
  } catch (error) {
    // Several instances may try at once; one of them succeeds.
    if (!(error instanceof Conflict)) world.log.warn('no tick in place of the timer', { error });
  }
}

/** A time far in the future comes from a clock that was set, and counts like one far in the past. */
const isDead = ({ timer_at }: Ticks, now: number): boolean =>
  Math.abs(now - timer_at) >= TIMER_DEAD_MS;

export type TimerState = {
  /** The timer has not fired for three minutes. */
  readonly overdue: boolean;
  /** When a tick last began, RFC 3339; null when there was none. */
  readonly ticked_at: string | null;
};

export async function readTimer(world: World): Promise<TimerState> {
  const ticks = await read(world);
  if (!ticks) return { overdue: false, ticked_at: null };
  const ticked_at = new Date(ticks.at).toISOString();
  return { overdue: isDead(ticks, world.clock.now()), ticked_at };
}
