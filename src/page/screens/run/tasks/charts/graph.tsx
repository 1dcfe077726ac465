/** The processes as a graph, each with its tasks; only where Nextflow sent it. */
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { NO_TASKS, type TaskCounts } from '../../../../../core/tasks/status.ts';
import { Empty } from '../../../../ui/states.tsx';
import { Scroll } from '../../tabs/scroll.tsx';
import { PartsBar } from '../list/parts-bar.tsx';
import { type Dag, dagOf } from '../model/dag.ts';
import { doneText, partsText, splitName } from '../model/parts.ts';
import type { TaskSearch } from '../model/search.ts';
import { searchWith } from '../use-task-search.ts';
import type { ChartProps } from './chart.ts';
import { NODE_PX, pathOf, placed } from './layout.ts';
import './graph.css';

/** More take a second to place, and nobody sees anything in them. */
const PROCESSES_MAX = 300;

type NodeProps = {
  readonly process: string;
  readonly counts: TaskCounts;
  readonly search: TaskSearch;
  readonly before: readonly string[];
};

function Node({ process, counts, search, before }: NodeProps) {
  return (
    <Link
      from="/runs/$runId"
      to="."
      search={searchWith(search, { view: undefined, process })}
      resetScroll={false}
      className="dag-node"
      title={`${process}: ${partsText(counts) || 'no task yet'}`}
    >
      <span className="dag-name">{splitName(process)[1]}</span>
      <span className="dag-done">
        {counts === NO_TASKS ? <span className="muted">no task yet</span> : doneText(counts)}
      </span>
      <PartsBar counts={counts} />
      {before.length > 0 && <span className="unseen">, after {before.join(', ')}</span>}
    </Link>
  );
}

type DrawnProps = Pick<ChartProps, 'tasks' | 'search'> & { readonly dag: Dag };

function Drawn({ dag, tasks, search }: DrawnProps) {
  const { width, height, nodes, edges } = useMemo(() => placed(dag), [dag]);
  const counts = new Map(tasks.table.processes.map((each) => [each.name, each.counts]));
  return (
    <Scroll label="Graph of the processes">
      <div className="dag" style={{ width, height }}>
        <svg width={width} height={height} aria-hidden="true">
          {edges.map(({ key, points }) => (
            <path key={key} d={pathOf(points)} className="dag-edge" />
          ))}
        </svg>
        <ul aria-label="Processes, in the order of the graph">
          {nodes.map(({ process, x, y }) => (
            <li
              key={process}
              style={{ transform: `translate(${x}px, ${y}px)`, ...NODE_PX }}
              data-chosen={process === search.process}
            >
              <Node
                process={process}
                counts={counts.get(process) ?? NO_TASKS}
                search={search}
                before={dag.edges.flatMap(([from, to]) =>
                  to === process ? [splitName(from)[1]] : [],
                )}
              />
            </li>
          ))}
        </ul>
      </div>
    </Scroll>
  );
}

export function Chart({ trace, tasks, search }: ChartProps) {
  const text = trace?.dag ?? null;
  const dag = useMemo(() => (text === null ? undefined : dagOf(text)), [text]);
  if (dag === undefined)
    return <Empty>Nextflow has sent no graph of this run: the table has its processes.</Empty>;
  if (dag.processes.length > PROCESSES_MAX)
    return (
      <Empty>
        The graph has {dag.processes.length.toLocaleString('en-US')} processes, too many to draw:
        the table has them.
      </Empty>
    );
  return <Drawn dag={dag} tasks={tasks} search={search} />;
}
