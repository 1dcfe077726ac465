/** Where a task ran, and where its files are. */
import type { TaskDetail } from '../../../../../core/tasks/task.ts';
import { Copy } from '../../../../ui/copy.tsx';

export function Places({ detail }: { readonly detail: TaskDetail }) {
  const { work_dir, container, native_id, hostname, executor, queue, scratch, modules } = detail;
  const places = [
    ['Work directory', work_dir, 'the work directory'],
    ['Container', container, 'the container'],
    ['Pod', native_id, 'the name of the pod'],
    ['Node', hostname, undefined],
    ['Executor', executor, undefined],
    ['Queue', queue, undefined],
    ['Scratch', scratch, undefined],
    ['Modules', modules.length === 0 ? null : modules.join(' '), undefined],
  ] as const;
  return (
    <div className="task-part">
      <h3>Where</h3>
      <dl className="task-facts">
        {places.map(
          ([name, text, what]) =>
            text !== null && (
              <div key={name}>
                <dt>{name}</dt>
                <dd className="task-place">
                  <code>{text}</code>
                  {what !== undefined && <Copy text={text} what={what} />}
                </dd>
              </div>
            ),
        )}
      </dl>
    </div>
  );
}
