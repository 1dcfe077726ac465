/** How long a domain keeps what is over: what it says itself, or the settings of the app. */
import type { World } from '../../../ports/world.ts';
import { readDomain } from './domain-store.ts';

/** Days that runs are kept after their end; undefined: for ever. */
export const runsDaysOf = async (world: World, domain: string): Promise<number | undefined> =>
  (await readDomain(world, domain)).retention.runs_days ?? world.retention?.runsDays;

/** The same of entries of the audit log. */
export const auditDaysOf = async (world: World, domain: string): Promise<number | undefined> =>
  (await readDomain(world, domain)).retention.audit_days ?? world.retention?.auditDays;
