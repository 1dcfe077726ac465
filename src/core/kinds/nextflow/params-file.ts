/** The file of params that Nextflow reads: what was sent has to arrive, or to be refused. Pure. */
import { type FieldError, fieldName } from '../../errors.ts';
import { isJsonObject, JsonNumber, type JsonObject, type JsonTree } from '../../json/text.ts';
import { parseStored, writeJson } from '../../json/write.ts';
import type { Given } from '../../schema/given.ts';
import type { Planned } from '../kind.ts';
import type { NextflowTarget } from './config.ts';
import type { Nextflow } from './fields.ts';
import { sessionOfLaunch } from './session.ts';

/** Names of nf-core pipelines: short names, and addresses of their repositories. */
const NF_CORE =
  /^(?:nf-core\/|gh:nf-core\/|git@github\.com:nf-core\/|(?:https?:\/\/)?github\.com\/nf-core\/|(?:https?:\/\/)?nf-co\.re\/)/i;

export const isNfCore = (source: string | null): boolean => NF_CORE.test(source ?? '');

/** Whether the driver is given a directory for outputs, which nf-core pipelines demand. */
const lacksOutdir = (source: string | null, params: JsonObject): boolean =>
  isNfCore(source) && !params.has('outdir');

/**
 * Params with that directory: one of the session's own on the work volume, since another one would be a change of params, after
 * which some tasks run again.
 */
function withOutdir({ run_id, own, params: text, target }: Run): string {
  const params = parseStored(text);
  if (!isJsonObject(params) || !lacksOutdir(own.source, params)) return text;
  const begun = sessionOfLaunch(run_id, own).run_id;
  return writeJson(new Map(params).set('outdir', `${target.work_path}/results/${begun}`));
}

/** In the place of the directory that the driver is given, which is known only when the run is. */
const SOME_OUTDIR = '/results';

/** Defaults hold before a pipeline checks its params. Profiles and configuration may set more, which only Nextflow knows. */
export const toCheck = (
  { source, profile, config }: Pick<Nextflow, 'source' | 'profile' | 'config'>,
  params: JsonObject,
): { readonly params: JsonObject; readonly given: Given } => ({
  params: lacksOutdir(source, params) ? new Map(params).set('outdir', SOME_OUTDIR) : params,
  given: [profile, config].some((each) => (each ?? '') !== '') ? 'in part' : 'but defaults',
});

type Run = Pick<Planned<Nextflow, NextflowTarget>, 'run_id' | 'own' | 'params' | 'target'>;

/**
 * The text of the file. Before Nextflow reads it as JSON it replaces `${launchDir}`, `${projectDir}` and `${baseDir}`, warns of
 * any other `${name}`, and ends there in its strict mode. An escaped `$` it does not see.
 */
export const paramsFile = (run: Run): string => withOutdir(run).replaceAll('${', '\\u0024{');

/** What Nextflow reads whole numbers into: one beyond that becomes another, without a word. */
const [LEAST, MOST] = [-(2n ** 63n), 2n ** 63n - 1n];
const WHOLE = /^-?\d+$/;

function isBeyond({ text }: JsonNumber): boolean {
  if (!WHOLE.test(text)) return false;
  const value = BigInt(text);
  return value < LEAST || value > MOST;
}

/** Most of the exponent, and of the digits behind the point, of Java's decimal numbers: at one beyond that Nextflow stops. */
const PLACES_MOST = 2 ** 31 - 1;
const WITH_EXPONENT = /^-?\d+(?:\.(\d+))?e([+-]?\d+)$/i;

function isUnreadable({ text }: JsonNumber): boolean {
  const [, fraction = '', exponent] = WITH_EXPONENT.exec(text) ?? [];
  if (exponent === undefined) return false;
  const power = Number(exponent);
  return Math.abs(power) > PLACES_MOST || fraction.length - power > PLACES_MOST;
}

/** Objects of Groovy have a field of this name, which takes no value of JSON. */
const TAKEN = 'metaClass';

const BEYOND = 'is beyond 64 bits, so Nextflow would read another number; as a text it arrives';
const TOO_FAR = 'has an exponent beyond 32 bits, with which Nextflow does not start';

type Found = { readonly path: readonly string[]; readonly message: string };

/** `inList`: an item of a list is no object of Groovy's. */
function* faultsIn(value: JsonTree, path: readonly string[], inList: boolean): Iterable<Found> {
  if (value instanceof JsonNumber && isBeyond(value)) yield { path, message: BEYOND };
  if (value instanceof JsonNumber && isUnreadable(value)) yield { path, message: TOO_FAR };
  if (Array.isArray(value))
    for (const [at, item] of (value as readonly JsonTree[]).entries())
      yield* faultsIn(item, [...path, String(at)], true);
  if (!isJsonObject(value)) return;
  for (const [name, member] of value) {
    const inner = [...path, name];
    if (name === TAKEN && member !== null && !inList)
      yield { path: inner, message: 'has a name with which Nextflow does not start' };
    yield* faultsIn(member, inner, inList);
  }
}

/** Most faults that are told. */
const FAULTS_MAX = 20;

/** Params that Nextflow would not read as they were sent, each with the reason. */
export function unreadable(params: JsonObject): readonly FieldError[] {
  const faults: FieldError[] = [];
  for (const { path, message } of faultsIn(params, ['params'], false)) {
    faults.push({ field: fieldName(path), message });
    if (faults.length === FAULTS_MAX) break;
  }
  return faults;
}
