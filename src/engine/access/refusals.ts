/**
 * Refusals by rights in the audit log. A caller without rights may send thousands of requests: those of one caller, address
 * and route in one minute are one entry with a count, which this instance keeps in memory and writes every five seconds.
 * Anybody can be refused without a token, so these are counted by network alone, apart from those of known callers: they
 * neither fill the storage nor take the place of a known caller.
 */

import { networkOf } from '../../core/access/address/client-address.ts';
import type { AuditEntry } from '../../core/access/audit.ts';
import type { World } from '../../ports/world.ts';
import { perInstance } from '../store/per-instance.ts';
import { audit, newAuditKey } from './audit.ts';

const MINUTE_MS = 60_000;
/** A crash loses the counts of this long. */
const WRITE_MS = 5_000;
/** After a failed write: each attempt tells every entry in the log of the app. */
const RETRY_MS = 60_000;
/** Entries of known callers in memory; what comes above that is counted by route alone. */
const KEPT_MAX = 1_000;
/** The same of callers that are not known: about 60 MB a day and instance. What comes above that is counted together. */
const UNKNOWN_MAX = 50;

/** `stored`: the count that is stored. */
type Folded = { entry: AuditEntry; readonly key: string; readonly minute: number; stored: number };
type Budget = { readonly folded: Map<string, Folded>; readonly max: number };
type State = {
  readonly known: Budget;
  readonly unknown: Budget;
  writing: Promise<void> | undefined;
};
const stateOf = perInstance(
  (): State => ({
    known: { folded: new Map(), max: KEPT_MAX },
    unknown: { folded: new Map(), max: UNKNOWN_MAX },
    writing: undefined,
  }),
);

/** Known callers above the limit, all together. */
const MANY = { id: null, name: null, kind: 'many' };

const isUnknown = ({ caller }: AuditEntry): boolean => caller.kind === 'unknown';

/** Counts a refusal; it is stored within seconds. `refusal.count` is 1. */
export function auditRefusal(world: World, refusal: AuditEntry): void {
  const state = stateOf(world);
  const { folded, max } = isUnknown(refusal) ? state.unknown : state.known;
  const minute = Math.floor(Date.parse(refusal.at) / MINUTE_MS);
  const seen = folded.has(idOf(refusal, minute));
  if (folded.size >= max) forgetPast(folded, minute);
  const entry = seen || folded.size < max ? refusal : together(refusal);
  const id = idOf(entry, minute);
  const known = folded.get(id);
  if (known) known.entry = { ...known.entry, count: known.entry.count + 1 };
  else folded.set(id, { entry, key: newAuditKey(world, entry), minute, stored: 0 });
  state.writing ??= writeLater(world, state, WRITE_MS);
}

const together = (refusal: AuditEntry): AuditEntry =>
  isUnknown(refusal)
    ? { ...refusal, from: null }
    : { ...refusal, domain: null, caller: MANY, from: null };

const isStored = ({ entry, stored }: Folded): boolean => stored === entry.count;

/** Entries of minutes that are over, and stored. */
function forgetPast(folded: Budget['folded'], now: number): void {
  for (const [id, each] of folded) if (isStored(each) && each.minute !== now) folded.delete(id);
}

function idOf(entry: AuditEntry, minute: number): string {
  const { caller, from, operation, status } = entry;
  const who = isUnknown(entry)
    ? [from && networkOf(from)]
    : [caller.kind, caller.id, from, operation];
  return JSON.stringify([...who, status, minute]);
}

async function writeLater(world: World, state: State, afterMs: number): Promise<void> {
  await world.clock.sleep(afterMs);
  state.writing = undefined;
  await flushRefusals(world);
}

/** Stores what this instance has counted; what could not be stored is tried again in a minute. Never rejects. */
export async function flushRefusals(world: World): Promise<void> {
  const state = stateOf(world);
  await Promise.all([flush(world, state.known), flush(world, state.unknown)]);
  const left = [...state.known.folded.values(), ...state.unknown.folded.values()];
  if (!left.every(isStored)) state.writing ??= writeLater(world, state, RETRY_MS);
}

async function flush(world: World, { folded, max }: Budget): Promise<void> {
  const minute = Math.floor(world.clock.now() / MINUTE_MS);
  await Promise.all(
    Array.from(folded, async ([id, each]) => {
      const { entry, key } = each;
      if (!isStored(each) && (await audit(world, entry, key)))
        each.stored = Math.max(each.stored, entry.count);
      // What does not fit while storage is away is in the log of the app.
      if (each.minute !== minute && (isStored(each) || folded.size > max)) folded.delete(id);
    }),
  );
}
