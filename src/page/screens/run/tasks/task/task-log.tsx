/** What a task printed: its end, which tells most. */
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { SluiceError } from '../../../../../client/errors.ts';
import { shown } from '../../../../../core/log/terminal.ts';
import { shorten } from '../../../../../core/shorten.ts';
import type { TaskStatus } from '../../../../../core/tasks/status.ts';
import type { TaskDetail } from '../../../../../core/tasks/task.ts';
import { useClient } from '../../../../app/context.tsx';
import { Copy } from '../../../../ui/copy.tsx';
import { Loading, Problem } from '../../../../ui/states.tsx';

/** While it runs, its log is read so often. */
const LIVE_MS = 5_000;
/** Characters that are drawn: some thousand lines. */
const SHOWN_MAX = 100_000;

const isGone = (error: unknown): boolean => error instanceof SluiceError && error.status === 404;

function noneText(status: TaskStatus): string {
  if (status === 'failed') return 'Its log was not kept, and its work folder has none.';
  if (status === 'pending' || status === 'submitted') return 'It has printed nothing yet.';
  if (status === 'running') return 'Its log cannot be read now.';
  return 'Its work folder has no log that can be read.';
}

function Text({ text }: { readonly text: string }) {
  const frame = useRef<HTMLPreElement>(null);
  const lines = shorten(text, SHOWN_MAX, 'end').split('\n').map(shown).join('\n').trimEnd();
  useEffect(() => {
    if (frame.current) frame.current.scrollTop = frame.current.scrollHeight;
  }, [lines]);
  return (
    <>
      <div className="task-text">
        <Copy text={text} what="the log of the task" />
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard */}
        <pre ref={frame} tabIndex={0} aria-label="Log of the task">
          {lines}
        </pre>
      </div>
      {text.length > SHOWN_MAX && (
        <p className="muted">These are its last lines; copying takes all of it.</p>
      )}
    </>
  );
}

type Props = { readonly runId: string; readonly detail: TaskDetail };

function Content({ runId, detail: { task, log, status } }: Props) {
  const client = useClient();
  const { data, error } = useQuery({
    queryKey: ['run-task-log', runId, task, log, status],
    queryFn: () => client.taskLog(runId, task),
    enabled: log !== 'none',
    refetchInterval: log === 'live' ? LIVE_MS : false,
    retry: false,
  });
  if (log === 'none' || isGone(error)) return <p className="muted">{noneText(status)}</p>;
  if (data !== undefined)
    return data.trim() === '' ? <p className="muted">It printed nothing.</p> : <Text text={data} />;
  return error === null ? (
    <Loading what="The log" />
  ) : (
    <Problem error={error} what="The log of the task" />
  );
}

export function TaskLog(props: Props) {
  return (
    <div className="task-part">
      <h3>Log</h3>
      <Content {...props} />
    </div>
  );
}
