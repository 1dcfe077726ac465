/** The environment of a Nextflow driver. Pure. */
import { quantity } from '../../kubernetes/quantity.ts';
import { MIB } from '../../limits.ts';
import type { Planned } from '../kind.ts';
import type { NextflowTarget } from './config.ts';
import { CLONES, continues, type InSession, sessionId, sessionOfLaunch } from './session.ts';

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
  run: Pick<Planned<InSession, NextflowTarget>, 'run_id' | 'attempt' | 'own' | 'target'>,
  hasPlugins: boolean,
): Readonly<Record<string, string>> {
  const { run_id, own, target } = run;
  return {
    NXF_ANSI_LOG: 'false',
    NXF_DATE_FORMAT: 'iso',
    NXF_DISABLE_CHECK_LATEST: 'true',
    // Nextflow checks a revision out in place: two live runs must not share a clone. One path for all runs of a session, as
    // tasks whose script names `$projectDir` are cached by it.
    NXF_ASSETS: `${target.work_path}/${sessionOfLaunch(run_id, own).folder}/${CLONES}`,
    NXF_JVM_ARGS: `-Xmx${heapMegabytes(target.resources.memory)}m`,
    ...(hasPlugins && { NXF_PLUGINS_DIR: PLUGINS_PATH }),
    // The session id is preset. Who continues it finds it without the history, which a killed run may lack, and which may
    // have the name of the run already.
    ...(continues(run) ? { NXF_IGNORE_RESUME_HISTORY: 'true' } : { NXF_UUID: sessionId(run_id) }),
    LC_ALL: 'C.UTF-8',
    // Any of these, if an image sets it to true, would switch the console of Nextflow 26.04 to another format.
    NXF_AGENT_MODE: 'false',
    AGENT: 'false',
    CLAUDECODE: 'false',
  };
}
