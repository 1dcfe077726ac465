/** How long a domain keeps what is over: what it says itself, or the settings of the app. */
import type { Domain, KeptDays } from '../../../core/access/domain.ts';
import type { World } from '../../../ports/world.ts';
import { readDomain } from './domain-store.ts';

export const keptDays = (world: World, { retention }: Domain): KeptDays => ({
  runs_days: retention.runs_days ?? world.retention?.runsDays ?? null,
  audit_days: retention.audit_days ?? world.retention?.auditDays ?? null,
});

/** Days that runs are kept after their end; undefined: for ever. */
export const runsDaysOf = async (world: World, domain: string): Promise<number | undefined> =>
  keptDays(world, await readDomain(world, domain)).runs_days ?? undefined;

/** The same of entries of the audit log. */
export const auditDaysOf = async (world: World, domain: string): Promise<number | undefined> =>
  keptDays(world, await readDomain(world, domain)).audit_days ?? undefined;
