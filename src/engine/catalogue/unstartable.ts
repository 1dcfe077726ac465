/** Entries that are saved although no run of them could start. */
import type { Pipeline } from '../../core/catalogue/entry.ts';
import { AppError } from '../../core/errors.ts';
import { writeJson } from '../../core/json/write.ts';
import { kindOf, ownOf } from '../../core/kinds/all.ts';
import { secretParts } from '../../core/kinds/secret-env.ts';
import type { Target } from '../../core/kinds/target.ts';
import { newRunId } from '../../core/names.ts';

/** In the place of the id that a run would get. */
const NO_RUN = newRunId(0, new Uint8Array(4));

/** Plans a driver as a run of the entry alone would get it. Throws `invalid`. */
function plan(domain: string, entry: Pipeline, target: Target): void {
  const { kind, name, params } = entry;
  const merged = kindOf(kind).merge({}, ownOf(entry), name) as Readonly<Record<string, unknown>>;
  const own = kindOf(kind).settle?.(merged, target) ?? merged;
  const run = { run_id: NO_RUN, domain, attempt: 1, params: writeJson(params), own, target };
  const { secretEnv, env } = kindOf(kind).plan(run);
  secretParts(kind, secretEnv, env, target);
}

/** Why no run of the entry could start on its target; undefined where one could, or where requests may bring what is wrong, or choose another target. */
export function whyUnstartable(
  domain: string,
  entry: Pipeline,
  target: Target,
): string | undefined {
  try {
    plan(domain, entry, target);
    return undefined;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const names: readonly string[] = entry.overridable;
    if (entry.targets || names.includes('target')) return undefined;
    const isLeft = (field: string) =>
      names.some((name) => field === name || field.startsWith(`${name}.`));
    if (error.fields.some(({ field }) => isLeft(field))) return undefined;
    return `No run of it can start on the target ${target.name}: ${error.message}.`;
  }
}
