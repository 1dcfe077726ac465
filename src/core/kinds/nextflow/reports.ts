/** The reports that Nextflow writes of a run. Pure. */
import type { NextflowTarget, Settings } from './config.ts';
import { reportFolder } from './session.ts';

/** By the names of their scopes in the configuration and, with `.html`, of their files. */
const REPORTS = ['report', 'timeline', 'dag'] as const;

/**
 * Settings by which Nextflow writes its reports into the run's folder of them, over what the pipeline says; nothing unless they are
 * asked for. Nor without a work volume: there they would go with the pod.
 */
export function reportSettings(run: {
  readonly run_id: string;
  readonly target: NextflowTarget;
  readonly own: { readonly reports?: boolean | undefined };
}): Settings {
  const { work_claim, work_path } = run.target;
  if (run.own.reports !== true || work_claim === null) return [];
  return REPORTS.flatMap((report): Settings => {
    const file = `${work_path}/${reportFolder(run.run_id)}/${report}.html`;
    return [
      [`${report}.enabled`, true],
      [`${report}.file`, file],
    ];
  });
}
