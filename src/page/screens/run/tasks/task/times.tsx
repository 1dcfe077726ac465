/** When a task was submitted, began and ended. */
import type { TaskView } from '../../../../../core/tasks/task.ts';
import { Time } from '../../../../ui/time.tsx';
import { msText } from '../model/measures.ts';

const between = (from: string | null, to: string | null): string | null =>
  from === null || to === null ? null : msText(Math.max(0, Date.parse(to) - Date.parse(from)));

export function Times({ detail }: { readonly detail: TaskView }) {
  const { submitted_at, started_at, finished_at, realtime_ms, duration_ms } = detail;
  const waited = between(submitted_at, started_at);
  const moments = [
    ['Submitted', submitted_at, null],
    ['Began', started_at, waited === null ? null : `after ${waited}`],
    ['Ended', finished_at, duration_ms === null ? null : `${msText(duration_ms)} in all`],
  ] as const;
  return (
    <div className="task-part">
      <h3>Times</h3>
      <dl className="task-facts">
        {moments.map(([name, at, note]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              {at === null ? '–' : <Time value={at} />}
              {at !== null && note !== null && <span className="muted"> {note}</span>}
            </dd>
          </div>
        ))}
        {realtime_ms !== null && (
          <div>
            <dt>Script ran</dt>
            <dd>{msText(realtime_ms)}</dd>
          </div>
        )}
      </dl>
    </div>
  );
}
