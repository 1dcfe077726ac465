/** Where the advice is followed. Starting, ending and confirming are the actions of the screen, which show what they do. */
import { Link } from '@tanstack/react-router';
import { useMay } from '../../../app/context.tsx';
import { RerunButton } from '../actions/rerun.tsx';
import { LaneLink, TargetLink } from '../links.tsx';
import type { Shown } from '../live/use-run.ts';
import type { AdviceAction } from './advice.ts';

type Props = { readonly shown: Shown; readonly actions: readonly AdviceAction[] };

export function AdviceActions({ shown, actions }: Props) {
  const { view } = shown;
  const mayStart = useMay('launch');
  const has = (action: AdviceAction): boolean => actions.includes(action);
  const params = { runId: view.run_id };
  const items = [
    has('log') && (
      <Link
        key="log"
        to="/runs/$runId"
        params={params}
        search={{}}
        resetScroll={false}
        onClick={() => document.querySelector('.run-log')?.scrollIntoView()}
      >
        Last lines of the log
      </Link>
    ),
    has('edit') && mayStart && (
      <Link key="edit" to="/start" search={{ from: view.run_id }}>
        Change it and start it again
      </Link>
    ),
    has('again') && mayStart && <RerunButton key="again" shown={shown} label="Start it again" />,
    has('lane') && (
      <LaneLink key="lane" name={view.lane}>
        Lane {view.lane}
      </LaneLink>
    ),
    has('target') && (
      <TargetLink key="target" name={view.target}>
        Target {view.target}
      </TargetLink>
    ),
  ].filter((item) => item !== false);
  return items.length === 0 ? null : <div className="run-advice-actions">{items}</div>;
}
