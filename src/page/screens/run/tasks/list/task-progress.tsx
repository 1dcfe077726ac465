/** How far the tasks of a run are, in words and as a bar. */
import type { TaskCounts } from '../../../../../core/tasks/status.ts';
import { doneText, endedBadly, partsText } from '../model/parts.ts';
import { PartsBar } from './parts-bar.tsx';
import './task-progress.css';

export function TaskProgress({ counts }: { readonly counts: TaskCounts }) {
  return (
    <div className="task-progress">
      <p>
        {!endedBadly(counts) && (
          <>
            <strong>{doneText(counts)}</strong> tasks{' '}
          </>
        )}
        <span>{partsText(counts)}</span>
      </p>
      <PartsBar counts={counts} />
    </div>
  );
}
