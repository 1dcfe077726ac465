/** What a pipeline tells of its own failure: which task, why, its last lines, and where it worked. */
import { Link } from '@tanstack/react-router';
import type { PipelineFailure } from '../../../../core/reasons.ts';
import { Copy } from '../../../ui/copy.tsx';
import { taskOfWorkDir } from './failed-task.ts';

const Text = ({ name, children }: { readonly name: string; readonly children: string | null }) =>
  children === null ? null : (
    <>
      <h2>{name}</h2>
      <pre className="run-failure-text" tabIndex={0} aria-label={name}>
        {children}
      </pre>
    </>
  );

type Props = {
  readonly failure: PipelineFailure;
  readonly runId: string;
  /** Its tasks are known. */
  readonly hasTasks: boolean;
};

/** The advice of a well-known cause stands where that of the reason would. */
export function Failure({ failure, runId, hasTasks }: Props) {
  const { meaning, process, tag, exit_status, cause, command, last_lines, work_dir, tip } = failure;
  const task = [
    process !== null && `Process ${process}${tag === null ? '' : ` (${tag})`}`,
    exit_status !== null && `exit status ${exit_status}`,
  ].filter((word) => word !== false);
  const failed = hasTasks ? taskOfWorkDir(work_dir) : undefined;
  return (
    <details className="run-failure" open>
      <summary>{meaning}</summary>
      {task.length > 0 && <p>{task.join(', ')}</p>}
      {failed !== undefined && (
        <p>
          <Link
            to="/runs/$runId"
            params={{ runId }}
            search={{ tab: 'tasks', task: failed }}
            resetScroll={false}
          >
            The failed task: its log, script and work directory
          </Link>
        </p>
      )}
      <Text name="Cause">{cause}</Text>
      <Text name="Last lines of the task">{last_lines}</Text>
      <Text name="Command">{command}</Text>
      {work_dir !== null && (
        <p>
          Work directory: <code>{work_dir}</code>
          <Copy text={work_dir} what="the work directory" />
        </p>
      )}
      {tip !== null && !tip.includes('-resume') && <p className="muted">{tip}</p>}
    </details>
  );
}
