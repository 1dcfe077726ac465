/** What tasks of each process used of what they asked for: a box of quartiles, with its figures beside it. */
import { useMemo, useState } from 'react';
import { bytesText } from '../../../../../core/figures/bytes.ts';
import type { ProcessUse } from '../../../../../core/tasks/task.ts';
import { useOf } from '../../../../../core/tasks/use.ts';
import { DataTable } from '../../../../parts/table.tsx';
import { Empty } from '../../../../ui/states.tsx';
import { ProcessName } from '../list/process-name.tsx';
import { cpusText, msText, percentText } from '../model/measures.ts';
import { askedOf, type Box, boxesOf, MEASURES, type Measure } from '../model/use.ts';
import type { ChartProps } from './chart.ts';
import './resources.css';

const WHOLE = 100;

const NAMES: Readonly<Record<Measure, string>> = { cpu: 'CPU', memory: 'Memory', time: 'Time' };
const TEXTS: Readonly<Record<Measure, (value: number) => string>> = {
  cpu: (percent) => `${cpusText(percent / WHOLE)} CPUs`,
  memory: bytesText,
  time: msText,
};
/** What is asked for is given in CPUs, not in percent of one. */
const ASKED: Readonly<Record<Measure, (value: number) => string>> = {
  ...TEXTS,
  cpu: (cpus) => `${cpusText(cpus)} CPUs`,
};

type PlotProps = { readonly box: Box | null; readonly scale: number; readonly line: boolean };

/** From the least to the most; the box holds the middle half, the mark is the median. */
function Plot({ box, scale, line }: PlotProps) {
  if (box === null) return null;
  const at = (value: number): string => `${(value / scale) * WHOLE}%`;
  const span = (from: number, to: number) => ({ left: at(from), width: at(to - from) });
  return (
    <span className="use-plot" aria-hidden="true">
      <span className="use-range" style={span(box.min, box.max)} />
      <span className="use-box" style={span(box.q1, box.q3)} />
      <span className="use-median" style={{ left: at(box.q2) }} />
      {line && <span className="use-line" style={{ left: at(WHOLE) }} />}
    </span>
  );
}

type Row = {
  readonly use: ProcessUse;
  readonly used: Box;
  readonly share: Box | null;
  readonly asked: number | undefined;
};

function columnsOf(measure: Measure, rows: readonly Row[]) {
  const byShare = rows.some(({ share }) => share !== null);
  const plotted = (row: Row): Box | null => (byShare ? row.share : row.used);
  const scale = Math.max(byShare ? WHOLE : 1, ...rows.map((row) => plotted(row)?.max ?? 0));
  // Zero at most: the tasks were too short for Nextflow to see.
  const figure = (used: Box, value: number): string =>
    used.max === 0 ? 'not measured' : TEXTS[measure](value);
  return [
    { label: 'Process', cell: ({ use }: Row) => <ProcessName name={use.process} /> },
    {
      label: byShare ? 'Used, of what was asked for' : 'Used',
      cell: (row: Row) => <Plot box={plotted(row)} scale={scale} line={byShare} />,
    },
    { label: 'Median', numeric: true, cell: ({ used }: Row) => figure(used, used.q2) },
    { label: 'Peak', numeric: true, cell: ({ used }: Row) => figure(used, used.max) },
    {
      label: 'Asked for',
      numeric: true,
      cell: ({ asked }: Row) => (asked === undefined ? '–' : ASKED[measure](asked)),
    },
    {
      label: 'Peak of asked',
      numeric: true,
      cell: ({ share }: Row) =>
        share === null ? (
          '–'
        ) : (
          <span data-over={share.max > WHOLE} className="use-share">
            {percentText(share.max)}
          </span>
        ),
    },
    { label: 'Tasks', numeric: true, cell: ({ use }: Row) => use.tasks.toLocaleString('en-US') },
  ];
}

export function Chart({ tasks, trace }: ChartProps) {
  const [measure, setMeasure] = useState<Measure>('memory');
  const rows = useMemo(() => {
    // Where the page has not all tasks, the server has counted all.
    const uses = tasks.cut && trace ? trace.use : useOf(tasks.tasks);
    const asked = askedOf(tasks.tasks, measure);
    return uses.flatMap((use): Row[] => {
      const { used, share } = boxesOf(use, measure);
      return used === null ? [] : [{ use, used, share, asked: asked.get(use.process) }];
    });
  }, [tasks, trace, measure]);
  return (
    <div className="use">
      <div className="actions" role="group" aria-label="Resource">
        {MEASURES.map((each) => (
          <button
            key={each}
            type="button"
            className="run-filter"
            aria-pressed={each === measure}
            onClick={() => setMeasure(each)}
          >
            {NAMES[each]}
          </button>
        ))}
      </div>
      {rows.length === 0 ? (
        <Empty>
          Nothing is known of the {NAMES[measure].toLowerCase()} that tasks used: none has ended
          with success, or Nextflow measured nothing.
        </Empty>
      ) : (
        <>
          <p className="muted">
            Tasks that ended with success. A box holds the middle half of them, its mark is the
            median, the thin line reaches from the least to the most; the upright line is what was
            asked for.
          </p>
          <DataTable
            caption={`${NAMES[measure]} by process`}
            columns={columnsOf(measure, rows)}
            rows={rows}
            keyOf={({ use }) => use.process}
          />
        </>
      )}
    </div>
  );
}
