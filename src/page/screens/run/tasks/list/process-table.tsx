/** The processes of the pipeline with their tasks; one that is pressed filters the tasks. */
import { useState } from 'react';
import { doneTasks, knownTasks } from '../../../../../core/tasks/status.ts';
import type { ProcessCounts } from '../../../../../core/tasks/task.ts';
import { Button } from '../../../../ui/button.tsx';
import { doneText, partsText } from '../model/parts.ts';
import { PartsBar } from './parts-bar.tsx';
import { ProcessName } from './process-name.tsx';

/** Enough for most pipelines; a large one would push its tasks out of sight. */
const FIRST = 8;
/** So many more at a press: a pipeline may have 2,000. */
const MORE = 100;

type Props = {
  readonly processes: readonly ProcessCounts[];
  readonly chosen: string | undefined;
  readonly onChoose: (process: string | undefined) => void;
};

/** Those that need a look come first when not all are shown: what failed, then what runs; else the order of the pipeline. */
function byNeed(processes: readonly ProcessCounts[]): readonly ProcessCounts[] {
  const need = ({ counts }: ProcessCounts): number => {
    if (counts.failed > counts.retried + counts.ignored) return 0;
    return counts.running + counts.submitted > 0
      ? 1
      : doneTasks(counts) < knownTasks(counts)
        ? 2
        : 3;
  };
  return processes.toSorted((a, b) => need(a) - need(b));
}

export function ProcessTable({ processes, chosen, onChoose }: Props) {
  const [count, setCount] = useState(FIRST);
  const rows = count < processes.length ? byNeed(processes).slice(0, count) : processes;
  const left = processes.length - rows.length;
  return (
    <section className="tasks-processes">
      <h2>Processes</h2>
      <div className="processes" role="table" aria-label="Processes">
        <div role="rowgroup" className="unseen">
          <div role="row">
            <span role="columnheader">Process</span>
            <span role="columnheader">Done</span>
            <span role="columnheader">Tasks</span>
          </div>
        </div>
        <div role="rowgroup">
          {rows.map(({ name, counts }) => (
            <div key={name} role="row" className="process" data-chosen={name === chosen}>
              <span role="rowheader" className="process-cell">
                <button
                  type="button"
                  className="process-choose"
                  aria-pressed={name === chosen}
                  onClick={() => onChoose(name === chosen ? undefined : name)}
                >
                  <ProcessName name={name} />
                </button>
              </span>
              <span role="cell" className="process-done">
                {doneText(counts)}
              </span>
              <span role="cell" className="process-parts">
                <PartsBar counts={counts} />
                <span className="process-words">{partsText(counts)}</span>
              </span>
            </div>
          ))}
        </div>
      </div>
      {(left > 0 || count > FIRST) && (
        <div className="actions">
          {left > 0 && (
            <Button variant="quiet" onPress={() => setCount(count + MORE)}>
              Show {Math.min(left, MORE)} more
            </Button>
          )}
          {count > FIRST && (
            <Button variant="quiet" onPress={() => setCount(FIRST)}>
              Show fewer
            </Button>
          )}
        </div>
      )}
    </section>
  );
}
