/** What a task runs. */
import { isTaskOver, type TaskStatus } from '../../../../../core/tasks/status.ts';
import { Copy } from '../../../../ui/copy.tsx';
import { withoutIndent } from '../model/script.ts';

type Props = { readonly text: string | null; readonly status: TaskStatus };

export function Script({ text, status }: Props) {
  return (
    <div className="task-part">
      <h3>Script</h3>
      {text === null ? (
        <p className="muted">
          {isTaskOver(status)
            ? 'Nextflow told no script of it.'
            : 'Nextflow has told no script of it yet.'}
        </p>
      ) : (
        <div className="task-text">
          <Copy text={text} what="the script" />
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard */}
          <pre tabIndex={0} aria-label="Script">
            {withoutIndent(text)}
          </pre>
        </div>
      )}
    </div>
  );
}
