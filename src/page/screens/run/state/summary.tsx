/** The few facts that one looks for first; all others are in the tab "Details". */
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { RunView } from '../../../../core/runs/view.ts';
import { Time } from '../../../ui/time.tsx';
import { LaneLink, TargetLink } from '../links.tsx';

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

export function Summary({ view }: { readonly view: RunView }) {
  const labels = Object.entries(view.labels);
  return (
    <dl className="run-summary">
      <Fact name="Lane">
        <LaneLink name={view.lane} />
      </Fact>
      <Fact name="Target">
        <TargetLink name={view.target} />
      </Fact>
      {view.triggered_by !== null && <Fact name="Started by">{view.triggered_by}</Fact>}
      {view.origin && (
        <Fact name={view.origin.how === 'resume' ? 'Resumed from' : 'Rerun of'}>
          <Link to="/runs/$runId" params={{ runId: view.origin.run_id }}>
            <code>{view.origin.run_id}</code>
          </Link>
        </Fact>
      )}
      <Fact name="Created">
        <Time value={view.created_at} />
      </Fact>
      {view.priority > 0 && <Fact name="Priority">{view.priority}</Fact>}
      {view.hold !== null && (
        <Fact name="On hold">
          by {view.hold.by}
          {view.hold.reason !== null && `: ${view.hold.reason}`}
        </Fact>
      )}
      {labels.length > 0 && (
        <Fact name="Labels">
          <span className="run-labels">
            {labels.map(([name, value]) => (
              <Link
                key={name}
                to="/runs"
                search={{ label: [`${name}=${value}`] }}
                className="run-label"
              >
                {value === '' ? name : `${name}=${value}`}
              </Link>
            ))}
          </span>
        </Fact>
      )}
    </dl>
  );
}
