/**
 * Quotas of runs, checked on what this instance knows: what the lanes of the domain had some seconds ago, and its own starts
 * since. A refusal is decided on a count that is a second old. What other instances start meanwhile passes; what a lane
 * admits at once is exact as ever.
 */
import { AppError } from '../../core/errors.ts';
import { type Reason, reason } from '../../core/reasons.ts';
import type { World } from '../../ports/world.ts';
import { readDomain } from '../store/domains/domain-store.ts';
import { perInstance } from '../store/per-instance.ts';
import { countRuns, type RunCount } from './run-count.ts';

/** A count serves this long, longer where it costs more reads, and never longer than a minute. */
const AGE_MS = 5_000;
const AGE_PER_LANE_MS = 50;
const AGE_MAX_MS = 60_000;
/** A count that would refuse is made anew when it is older than this. */
const REFUSING_AGE_MS = 1_000;
/** Retry-After of a refusal: a run may end at any time. */
const RETRY_SECONDS = 30;
/** Domains with quotas whose counts are in memory. */
const KEPT_MAX = 10_000;

const RUN_QUOTAS = { live_runs: 'live', queued_runs: 'queued' } as const;
export type RunQuota = keyof typeof RUN_QUOTAS;

type Counted = {
  readonly at: number;
  readonly count: Promise<RunCount>;
  /** As long as it serves. */
  age: number;
  /** Starts and admissions by this instance since then. */
  readonly own: Record<RunQuota, number>;
};
const countsOf = perInstance(() => new Map<string, Counted>());

function countedWithin(world: World, domain: string, ageMax: number): Counted {
  const counts = countsOf(world);
  const now = world.clock.now();
  const known = counts.get(domain);
  const age = known ? now - known.at : 0;
  if (known && age >= 0 && age < Math.min(known.age, ageMax)) return known;
  const count = countRuns(world, domain);
  const fresh: Counted = { at: now, count, age: AGE_MS, own: { live_runs: 0, queued_runs: 0 } };
  counts.delete(domain);
  counts.set(domain, fresh);
  const [oldest] = counts.keys();
  if (counts.size > KEPT_MAX && oldest !== undefined) counts.delete(oldest);
  count.then(
    ({ lanes }) => (fresh.age = Math.min(AGE_MAX_MS, Math.max(AGE_MS, lanes * AGE_PER_LANE_MS))),
    () => counts.get(domain) === fresh && counts.delete(domain),
  );
  return fresh;
}

type Use = { readonly limit: number; readonly used: number; readonly counted: Counted };

/** What is used of a quota, counted anew where less than `wanted` is left; undefined without a quota. */
async function useOf(
  world: World,
  domain: string,
  quota: RunQuota,
  wanted: number,
): Promise<Use | undefined> {
  const limit = (await readDomain(world, domain)).quotas[quota];
  if (limit === undefined) return undefined;
  const use = async (ageMax: number): Promise<Use> => {
    const counted = countedWithin(world, domain, ageMax);
    const count = await counted.count;
    return { limit, used: count[RUN_QUOTAS[quota]] + counted.own[quota], counted };
  };
  const first = await use(AGE_MAX_MS);
  return first.used + wanted > limit ? use(REFUSING_AGE_MS) : first;
}

/** Counts a start towards the quota (`uncounted`: only looks), or throws `quota_exceeded`. */
export async function takeQuota(
  world: World,
  domain: string,
  quota: RunQuota,
  counts: 'counted' | 'uncounted' = 'counted',
): Promise<void> {
  const use = await useOf(world, domain, quota, 1);
  if (use === undefined) return;
  const used = (await use.counted.count)[RUN_QUOTAS[quota]] + use.counted.own[quota];
  if (used >= use.limit) throw quotaExceeded(domain, quota, use.limit, used);
  if (counts === 'counted') use.counted.own[quota] += 1;
}

const SAID: Readonly<Record<RunQuota, string>> = {
  live_runs: 'runs that hold a place',
  queued_runs: 'runs that wait',
};

function quotaExceeded(domain: string, quota: RunQuota, limit: number, used: number): AppError {
  const detail = `The domain ${domain} has ${used} ${SAID[quota]}, and its quota ${quota} is ${limit}.`;
  const members = { quota: { name: quota, limit, used } };
  return new AppError('quota_exceeded', detail, { retryAfter: RETRY_SECONDS, members });
}

/**
 * How many of `places` free places of a lane the quota of live runs lets waiting runs have. `freed`: places that the same
 * commit frees: they may be taken again at once, unless the domain is above its quota. Ticks try the rest again.
 */
export async function admissible(
  world: World,
  domain: string,
  places: number,
  freed: number,
): Promise<number> {
  if (places === 0) return 0;
  const use = await useOf(world, domain, 'live_runs', places);
  if (use === undefined) return places;
  const { limit, counted } = use;
  const { live } = await counted.count;
  if (live > limit) return 0;
  const left = limit - live - counted.own.live_runs;
  const admitted = Math.min(places, Math.max(freed, left));
  counted.own.live_runs += Math.max(0, admitted - freed);
  return admitted;
}

/** Why a run may wait in a lane that has room; null where the domain has no quota of live runs. */
export async function quotaReason(world: World, domain: string): Promise<Reason | null> {
  const limit = (await readDomain(world, domain)).quotas.live_runs;
  if (limit === undefined) return null;
  return reason(
    'domain_quota',
    `The domain ${domain} may have ${limit} live runs, and has no room for more now.`,
  );
}
