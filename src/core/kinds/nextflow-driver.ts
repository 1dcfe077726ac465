/** How a Nextflow driver is started: arguments, environment and files. Pure. */
import { AppError, type FieldError, invalid } from '../errors.ts';
import { isJsonObject } from '../json/text.ts';
import { parseStored, writeJson } from '../json/write.ts';
import { quantity } from '../kubernetes/quantity.ts';
import { type PluginFolder, type Target, WRITABLE_PLUGINS } from '../kubernetes/target.ts';
import { MIB } from '../limits.ts';
import type { Launch } from '../runs/request.ts';
import { nextflowConfig } from './nextflow-config.ts';

/** Where the ConfigMap of a run is mounted. */
export const CONFIG_PATH = '/etc/sluice';
/** The params of a run, there for every kind, `{}` without any. */
export const PARAMS_FILE = `${CONFIG_PATH}/params.json`;
/** The driver's home, a volume of its own: what Nextflow loads from there no other run can have put there. */
export const HOME_PATH = '/sluice/home';
export const PLUGINS_PATH = '/sluice/plugins';

/**
 * Gives Nextflow that home, and then its place: a shell in between would not pass TERM on, and task pods would
 * stay. The framework that an image brings is in the home that it sets; in a new one its launcher would
 * download it again at each start.
 */
export const NEXTFLOW_COMMAND: readonly string[] = [
  'sh',
  '-c',
  [
    'NXF_DIST="${NXF_DIST:-${NXF_HOME:-$HOME/.nextflow}/framework}"',
    'if [ -d "$NXF_DIST" ]; then export NXF_DIST; fi',
    `export HOME=${HOME_PATH} NXF_HOME=${HOME_PATH}/.nextflow`,
    'exec nextflow "$@"',
  ].join('\n'),
  'nextflow',
];

type Run = {
  readonly run_id: string;
  readonly domain: string;
  readonly attempt: number;
  readonly launch: Launch;
  readonly target: Target;
};

/** What nf-core pipelines are called: short names and addresses of their repositories. */
const NF_CORE =
  /^(?:nf-core\/|gh:nf-core\/|git@github\.com:nf-core\/|(?:https?:\/\/)?github\.com\/nf-core\/|(?:https?:\/\/)?nf-co\.re\/)/i;

/** The run's launch directory: `.nextflow`, its cache, `.nextflow.log` and relative paths of the pipeline. */
export const launchFolder = (runId: string): string => `runs/${runId}`;

/**
 * The Nextflow session of a run as a UUID (version 8) made of the run id, so that a later attempt can
 * resume what an earlier one began without having seen its output.
 */
export function sessionId(runId: string): string {
  let bits = 0n;
  for (let at = 1; at < runId.length; at += 1) {
    bits = bits * 32n + BigInt('0123456789abcdefghjkmnpqrstvwxyz'.indexOf(runId.charAt(at)));
  }
  const hex = bits.toString(16).padStart(30, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(12, 15)}-8${hex.slice(15, 18)}-${hex.slice(18)}`;
}

/**
 * Nextflow reads arguments that start with `-` as options and, as its parser does, lines of a file for
 * one that starts with `@`. A value that came from a caller must be neither.
 */
function refuseOptions(values: Readonly<Record<string, string | null>>): void {
  const fields: FieldError[] = Object.entries(values)
    .filter(([, value]) => value !== null && /^[-@]/.test(value))
    .map(([field]) => ({ field, message: 'must not start with - or @' }));
  if (fields.length > 0) {
    const names = fields.map(({ field }) => field).join(', ');
    throw new AppError('invalid', `${names} must not start with - or @`, { fields });
  }
}

const filled = (text: string | null): text is string => text !== null && text !== '';

/**
 * Arguments of `nextflow`. Options of `run` follow the pipeline, as in Nextflow's own documentation;
 * params go by file, so that types are kept and nothing needs quoting.
 */
export function nextflowArgs({ run_id, attempt, launch, target }: Run): readonly string[] {
  const source = launch.source ?? launch.pipeline;
  const { revision, profile, work_dir } = launch;
  refuseOptions({ pipeline: source, revision, profile, work_dir });
  return [
    'run',
    source,
    '-name',
    run_id,
    '-params-file',
    PARAMS_FILE,
    '-c',
    `${CONFIG_PATH}/nextflow.config`,
    '-ansi-log',
    'false',
    '-work-dir',
    filled(work_dir) ? work_dir : `${target.work_path}/work`,
    ...(filled(revision) ? ['-r', revision] : []),
    ...(filled(profile) ? ['-profile', profile] : []),
    ...(attempt > 1 ? ['-resume', sessionId(run_id)] : []),
  ];
}

/** Most of the memory limit, less what a JVM needs beside its heap: metaspace, threads, buffers. */
function heapMegabytes(memory: string): number {
  const limit = Math.floor((quantity(memory) ?? 0) / MIB);
  return Math.max(128, Math.min(Math.floor(limit * 0.75), limit - 384));
}

/** Environment of the driver. `memory` is its limit. */
export function nextflowEnv(
  { run_id, attempt, launch, target }: Run,
  memory: string,
): Readonly<Record<string, string>> {
  return {
    NXF_ANSI_LOG: 'false',
    NXF_DATE_FORMAT: 'iso',
    NXF_DISABLE_CHECK_LATEST: 'true',
    // Nextflow checks a revision out in place: two runs must not share a clone.
    NXF_ASSETS: `${target.work_path}/${launchFolder(run_id)}/assets`,
    NXF_JVM_ARGS: `-Xmx${heapMegabytes(memory)}m`,
    ...(pluginFolder(launch, target) && { NXF_PLUGINS_DIR: PLUGINS_PATH }),
    // The session is preset, and found again by a later attempt whose history knows the name already.
    ...(attempt > 1 ? { NXF_IGNORE_RESUME_HISTORY: 'true' } : { NXF_UUID: sessionId(run_id) }),
    LC_ALL: 'C.UTF-8',
    // Any of these, set to true in an image, switches the console of Nextflow 26.04 to another format.
    NXF_AGENT_MODE: 'false',
    AGENT: 'false',
    CLAUDECODE: 'false',
  };
}

/** The prepared plugins of a driver. Throws `invalid` when any run could have put them there. */
export function pluginFolder(launch: Launch, target: Target): PluginFolder | null {
  const folder = launch.plugins ?? target.plugins;
  if (folder && folder.claim === target.work_claim)
    throw invalid('plugins.claim', WRITABLE_PLUGINS);
  return folder;
}

/** Params with the output directory that nf-core pipelines demand: one of the run's own on the work volume. */
function nextflowParams({ run_id, launch, target }: Run): string {
  if (!NF_CORE.test(launch.source ?? launch.pipeline)) return launch.params;
  const params = parseStored(launch.params);
  if (!isJsonObject(params) || params.has('outdir')) return launch.params;
  return writeJson(new Map(params).set('outdir', `${target.work_path}/results/${run_id}`));
}

/** Files of the run's ConfigMap by name. */
export function nextflowFiles(run: Run): Readonly<Record<string, string>> {
  return {
    'params.json': nextflowParams(run),
    'nextflow.config': nextflowConfig(run),
  };
}
