/** Tells a run that is gone from one that never was. */
import { AppError } from '../../core/errors.ts';
import { runIdTime } from '../../core/names.ts';
import { DAY_MS } from '../../core/retention-limits.ts';
import type { World } from '../../ports/world.ts';
import { runsDaysOf } from '../store/domains/retention.ts';
import { readRemains } from '../store/run-store.ts';

/**
 * The answer for an id of which the domain has no run: `gone` for a deleted one, and for every id that is older than the
 * domain keeps runs, since nothing is stored of it; else `not_found`. Of other domains it tells nothing.
 */
export async function missingRun(world: World, domain: string, runId: string): Promise<AppError> {
  const [remains, days] = await Promise.all([readRemains(world, runId), runsDaysOf(world, domain)]);
  if (typeof remains === 'object' && remains.domain === domain)
    return new AppError('gone', `Run ${runId} was deleted.`);
  if (days !== undefined && runIdTime(runId) < world.clock.now() - days * DAY_MS)
    return new AppError(
      'gone',
      `There is no run ${runId}: runs are kept for ${days} ${days === 1 ? 'day' : 'days'}.`,
    );
  return new AppError('not_found', `There is no run ${runId}.`);
}
