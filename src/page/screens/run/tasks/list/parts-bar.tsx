/** Tasks as parts of a bar. What it shows is said in words beside it. */
import type { TaskCounts } from '../../../../../core/tasks/status.ts';
import { partsOf } from '../model/parts.ts';
import './parts-bar.css';

export function PartsBar({ counts }: { readonly counts: TaskCounts }) {
  return (
    <div className="parts-bar" aria-hidden="true">
      {partsOf(counts).map(({ part, count }) => (
        <div
          key={part}
          className="parts-part"
          data-part={part}
          title={`${count} ${part}`}
          style={{ flexGrow: count }}
        />
      ))}
    </div>
  );
}
