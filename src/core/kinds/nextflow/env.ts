/** The environment of a Nextflow driver, its session and its folder. Pure. */
import { quantity } from '../../kubernetes/quantity.ts';
import { MIB } from '../../limits.ts';
import { BASE32 } from '../../names.ts';
import type { Planned } from '../kind.ts';
import type { NextflowTarget } from './config.ts';

export const PLUGINS_PATH = '/sluice/plugins';

/** Variables by which the driver itself is set up. */
export const DRIVER_ENV = [
  'HOME',
  'NXF_ANSI_LOG',
  'NXF_ASSETS',
  'NXF_DATE_FORMAT',
  'NXF_DISABLE_CHECK_LATEST',
  'NXF_DIST',
  'NXF_HOME',
  'NXF_IGNORE_RESUME_HISTORY',
  'NXF_JVM_ARGS',
  'NXF_PLUGINS_DIR',
  'NXF_UUID',
  'LC_ALL',
  'NXF_AGENT_MODE',
  'AGENT',
  'CLAUDECODE',
];
/** The run's launch directory: `.nextflow`, its cache, `.nextflow.log` and relative paths of the pipeline. */
export const launchFolder = (runId: string): string => `runs/${runId}`;
/** What Nextflow itself writes of a run: report, timeline, graph and trace. Below the work path, and of this run alone. */
export const reportFolder = (runId: string): string => `runs/${runId}/reports`;

/**
 * The Nextflow session of a run: a UUID (version 8) made from the run id, so that a later attempt can resume an
 * earlier one without knowing its output.
 */
export function sessionId(runId: string): string {
  let bits = 0n;
  for (let at = 1; at < runId.length; at += 1) {
    bits = bits * 32n + BigInt(BASE32.indexOf(runId.charAt(at)));
  }
  const hex = bits.toString(16).padStart(30, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(12, 15)}-8${hex.slice(15, 18)}-${hex.slice(18)}`;
}

/** The largest share of the memory limit for the heap, and what a JVM needs besides: metaspace, threads, buffers. */
const HEAP_PART = 0.75;
const BESIDE_HEAP_MB = 384;
/** The smallest heap with which Nextflow starts. */
const HEAP_MIN_MB = 128;

function heapMegabytes(memory: string): number {
  const limit = Math.floor((quantity(memory) ?? 0) / MIB);
  return Math.max(HEAP_MIN_MB, Math.min(Math.floor(limit * HEAP_PART), limit - BESIDE_HEAP_MB));
}

/** Environment of the driver. `hasPlugins`: whether plugins are mounted. */
export function environment(
  {
    run_id,
    attempt,
    target,
  }: Pick<Planned<unknown, NextflowTarget>, 'run_id' | 'attempt' | 'target'>,
  hasPlugins: boolean,
): Readonly<Record<string, string>> {
  return {
    NXF_ANSI_LOG: 'false',
    NXF_DATE_FORMAT: 'iso',
    NXF_DISABLE_CHECK_LATEST: 'true',
    // Nextflow checks a revision out in place: two runs must not share a clone.
    NXF_ASSETS: `${target.work_path}/${launchFolder(run_id)}/assets`,
    NXF_JVM_ARGS: `-Xmx${heapMegabytes(target.resources.memory)}m`,
    ...(hasPlugins && { NXF_PLUGINS_DIR: PLUGINS_PATH }),
    // The session id is preset; a later attempt finds it, although its history has the run's name already.
    ...(attempt > 1 ? { NXF_IGNORE_RESUME_HISTORY: 'true' } : { NXF_UUID: sessionId(run_id) }),
    LC_ALL: 'C.UTF-8',
    // Any of these, if an image sets it to true, would switch the console of Nextflow 26.04 to another format.
    NXF_AGENT_MODE: 'false',
    AGENT: 'false',
    CLAUDECODE: 'false',
  };
}
