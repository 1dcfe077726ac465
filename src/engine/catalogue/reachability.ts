/** Whether a target's cluster answers. A cluster that does not changes no run's state. */
import { shorten } from '../../core/shorten.ts';
import type { World } from '../../ports/world.ts';
import { cataloguePartition } from '../store/catalogue-partition.ts';
import { allRows, readTogether } from '../store/rows.ts';

export type Reachability = {
  readonly reachable: boolean;
  readonly since: string | null;
  readonly message: string;
};

/** It is shown with every run of the target. */
const PROBLEM_MAX = 1_000;

const REACHABLE: Reachability = { reachable: true, since: null, message: '' };
/** The row of a target has its name as key. */
const reachabilityOf = (domain: string): string => cataloguePartition(domain, 'reachability');

export async function readReachability(
  world: World,
  domain: string,
  target: string,
): Promise<Reachability> {
  const row = await readTogether(world.store, 'catalogue', reachabilityOf(domain), target);
  if (!row || row.values['reachable'] === true) return REACHABLE;
  return {
    reachable: false,
    since: String(row.values['since']),
    message: String(row.values['message']),
  };
}

/**
 * Writes only changes. `problem`: a sentence, or null. `ofRight`: the call needed a right of its own, as all calls except
 * lists do: a later successful list does not prove that such a right is granted again.
 */
export async function noteReachability(
  world: World,
  domain: string,
  target: string,
  { problem, ofRight }: { readonly problem: string | null; readonly ofRight: boolean },
): Promise<void> {
  const row = await readTogether(world.store, 'catalogue', reachabilityOf(domain), target);
  const reachable = !row || row.values['reachable'] === true;
  if (reachable === (problem === null)) return;
  if (problem === null && !ofRight && row?.values['of_right'] === true) return;
  const since = new Date(world.clock.now()).toISOString();
  const message = shorten(problem ?? '', PROBLEM_MAX);
  await world.store.commit('catalogue', reachabilityOf(domain), [
    {
      op: 'put',
      key: target,
      values: { reachable: problem === null, since, message, of_right: ofRight },
    },
  ]);
  world.log.warn(problem === null ? 'target reachable again' : 'target unreachable', {
    domain,
    target,
    problem: problem ?? undefined,
  });
}

export type TargetFigure = { readonly target: string; readonly reachable: boolean };

/** Whether clusters answer, for those targets of the domain that have had runs. */
export async function targetFigures(world: World, domain: string): Promise<TargetFigure[]> {
  const rows = await allRows(world, 'catalogue', reachabilityOf(domain), { from: '' });
  return rows.map(({ key, values }) => ({
    target: key,
    reachable: values['reachable'] === true,
  }));
}
