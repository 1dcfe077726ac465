/**
 * Refusals by rights in the audit log. A caller without rights may send thousands of requests: those of one caller, address
 * and route in one minute are one entry with a count, which this instance keeps in memory and writes every five seconds.
 */
import type { AuditEntry } from '../../core/access/audit.ts';
import type { World } from '../../ports/world.ts';
import { perInstance } from '../store/per-instance.ts';
import { audit, newAuditKey } from './audit.ts';

const MINUTE_MS = 60_000;
/** A crash loses the counts of this long. */
const WRITE_MS = 5_000;
/** Entries in memory; what comes above that is counted by route alone. */
const KEPT_MAX = 1_000;

/** `dirty`: it has counted more than what is stored. */
type Folded = { entry: AuditEntry; readonly key: string; readonly minute: number; dirty: boolean };
type State = { readonly folded: Map<string, Folded>; writing: Promise<void> | undefined };
const stateOf = perInstance((): State => ({ folded: new Map(), writing: undefined }));

/** Callers above the limit, all together. */
const MANY = { id: null, name: null, kind: 'many' };

/** Counts a refusal; it is stored within seconds. `refusal.count` is 1. */
export function auditRefusal(world: World, refusal: AuditEntry): void {
  const state = stateOf(world);
  const minute = Math.floor(Date.parse(refusal.at) / MINUTE_MS);
  const known = state.folded.get(idOf(refusal, minute));
  if (state.folded.size >= KEPT_MAX) forgetPast(state, minute);
  const fits = known !== undefined || state.folded.size < KEPT_MAX;
  const entry = fits ? refusal : { ...refusal, domain: null, caller: MANY, from: null };
  const id = idOf(entry, minute);
  const folded = state.folded.get(id);
  if (folded) {
    folded.entry = { ...folded.entry, count: folded.entry.count + 1 };
    folded.dirty = true;
  } else {
    const key = newAuditKey(world, entry);
    state.folded.set(id, { entry, key, minute, dirty: true });
  }
  state.writing ??= writeLater(world, state);
}

/** Entries of minutes that are over, and stored. */
function forgetPast({ folded }: State, now: number): void {
  for (const [id, { dirty, minute }] of folded) if (!dirty && minute !== now) folded.delete(id);
}

const idOf = ({ caller, from, operation, status }: AuditEntry, minute: number): string =>
  JSON.stringify([caller.kind, caller.id, from, operation, status, minute]);

async function writeLater(world: World, state: State): Promise<void> {
  await world.clock.sleep(WRITE_MS);
  state.writing = undefined;
  await flushRefusals(world);
}

/** Stores what this instance has counted. Never rejects. */
export async function flushRefusals(world: World): Promise<void> {
  const { folded } = stateOf(world);
  const minute = Math.floor(world.clock.now() / MINUTE_MS);
  await Promise.all(
    Array.from(folded, async ([id, each]) => {
      if (each.minute !== minute) folded.delete(id);
      if (!each.dirty) return;
      each.dirty = false;
      const stored = await audit(world, each.entry, each.key);
      if (!stored) each.dirty = true;
    }),
  );
}
