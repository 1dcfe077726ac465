/** How long the run was queued, starting and running: a strip, and the same as a table. */
import { isTerminal } from '../../../../core/events/state.ts';
import { Button } from '../../../ui/button.tsx';
import { StateBadge } from '../../../ui/state-badge.tsx';
import { Loading, Problem } from '../../../ui/states.tsx';
import { durationText, Time } from '../../../ui/time.tsx';
import { useHistory } from '../live/use-history.ts';
import { type Stage, stagesOf } from '../state/timeline.ts';
import { useNow } from '../state/use-now.ts';
import { Scroll } from './scroll.tsx';
import type { TabProps } from './tab.ts';

const lasted = (seconds: number): string => (seconds < 1 ? 'under 1 s' : durationText(seconds));

function Strip({ stages }: { readonly stages: readonly Stage[] }) {
  return (
    <div className="run-strip" aria-hidden="true">
      {stages
        .filter(({ seconds, to, state }) => seconds > 0 || (to === null && !isTerminal(state)))
        .map(({ state, from, seconds }) => (
          <div
            key={from}
            className="run-strip-part"
            data-state={state}
            title={`${state}: ${durationText(seconds)}`}
            style={{ flexGrow: Math.max(seconds, 0.001) }}
          />
        ))}
    </div>
  );
}

export function Part({ shown }: TabProps) {
  const { events, complete, error, retry } = useHistory(shown);
  const now = useNow(!isTerminal(shown.view.state));
  const stages = stagesOf(events.changes, now);
  if (error !== undefined)
    return (
      <Problem error={error} what="The timeline">
        <Button onPress={retry}>Try again</Button>
      </Problem>
    );
  if (stages.length === 0) return <Loading what="The timeline" />;
  return (
    <div className="run-part">
      {!complete && <Loading what="The rest" />}
      <Strip stages={stages} />
      <Scroll label="States of the run">
        <table>
          <caption className="unseen">States of the run</caption>
          <thead>
            <tr>
              <th scope="col">State</th>
              <th scope="col">From</th>
              <th scope="col">For</th>
              <th scope="col">Why</th>
            </tr>
          </thead>
          <tbody>
            {stages.map(({ state, from, seconds, to, reasons }) => (
              <tr key={`${state} ${from}`}>
                <td>
                  <StateBadge state={state} />
                </td>
                <td>
                  <Time value={from} />
                </td>
                <td>{isTerminal(state) && to === null ? '' : lasted(seconds)}</td>
                <td className="run-why">
                  {reasons.map((reason) => (
                    <div key={reason}>{reason}</div>
                  ))}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </div>
  );
}
