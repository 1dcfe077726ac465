/** Nextflow's sessions, and the folders of runs. Pure. */
import { BASE32 } from '../../names.ts';
import type { Fields, Session } from '../kind.ts';
import type { NextflowTarget } from './config.ts';

/** The run's launch directory: `.nextflow`, its cache, `.nextflow.log` and relative paths of the pipeline. */
export const launchFolder = (runId: string): string => `runs/${runId}`;
/** Nextflow's clones of pipelines, in the launch directory. In a folder that no pipeline publishes to. */
export const CLONES = '.nextflow/assets';
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

/** Of what runs: the run that it is to continue, and then the session in its place. */
export type InSession = { readonly resume?: string | undefined; readonly session?: Session };

/** The session of a run: the one that it continues, else its own. */
export const sessionOfLaunch = (runId: string, { session }: InSession): Session =>
  session ?? { id: sessionId(runId), folder: launchFolder(runId), run_id: runId };

/** Whether the attempt continues what another one has begun. */
export const continues = ({
  attempt,
  own,
}: {
  readonly attempt: number;
  readonly own: InSession;
}): boolean => attempt > 1 || own.session !== undefined;

/**
 * The kubelet creates the folder of a subPath with the volume's own mode; a missing workingDir is made by the container
 * runtime, for root alone. The run uses it through the mount of the whole volume: one of its own would be another file system
 * to hard links.
 */
export const folderMounts = (run: { readonly run_id: string; readonly own: InSession }) => {
  const launched = sessionOfLaunch(run.run_id, run.own).folder;
  const own = launchFolder(run.run_id);
  return [
    { name: 'work', mountPath: '/sluice/launch', subPath: launched },
    ...(own === launched ? [] : [{ name: 'work', mountPath: '/sluice/run', subPath: own }]),
  ];
};

/** How runs of Nextflow continue others. */
export const SESSIONS = {
  of: sessionOfLaunch,
  resumed: ({ resume }: InSession) => resume,
  enter<Own extends InSession>(own: Own, session: Session) {
    const { resume: _, ...rest } = own;
    return { ...rest, session };
  },
  place: ({ connection, namespace, work_claim, work_path }: NextflowTarget) =>
    work_claim && [connection, namespace, work_claim, work_path].join(' '),
};

/** What is shown of what runs: its session by the id. */
export function shownWithSession(own: InSession, runId: string | null): Fields {
  const { session, ...shown } = own;
  return { ...shown, session_id: session?.id ?? (runId && sessionOfLaunch(runId, {}).id) };
}
