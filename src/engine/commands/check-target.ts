/** Checks a target of the catalogue on its cluster. */
import { AppError } from '../../core/errors.ts';
import type { World } from '../../ports/world.ts';
import { getTarget } from '../catalogue/catalogue.ts';
import type { Platform } from '../reconcile/executor.ts';
import { PLATFORMS } from '../reconcile/pass.ts';

/** Rejects with `not_found` without such a target; whatever the cluster does is in the result. */
export async function checkTarget(
  world: World,
  domain: string,
  name: string,
): ReturnType<Platform['checkTarget']> {
  const target = await getTarget(world, domain, name);
  if (!target) throw new AppError('not_found', `There is no target ${name}.`);
  return PLATFORMS.kubernetes.checkTarget(world, target);
}
