/** The log, with the state of the watch that feeds it. */
import { useLocation, useNavigate } from '@tanstack/react-router';
import { isTerminal } from '../../../../core/events/state.ts';
import { LogViewer } from '../../../log/log-viewer.tsx';
import type { Followed } from '../live/follow.ts';
import type { TabProps } from './tab.ts';

const WORDS: Readonly<Record<Followed['watch'], string>> = {
  live: 'live',
  catching_up: 'catching up',
  paused: 'paused: the server does not answer; it goes on by itself',
  resting: 'paused while this tab is not looked at',
  ended: 'complete',
};

export function WatchState({ watch }: { readonly watch: Followed['watch'] }) {
  return (
    <p className="run-watch" role="status" data-watch={watch}>
      <span className="run-watch-dot" aria-hidden="true" />
      {WORDS[watch]}
    </p>
  );
}

export function Part({ shown: { view, watch, follow } }: TabProps) {
  const { hash } = useLocation();
  const navigate = useNavigate({ from: '/runs/$runId' });
  const over = isTerminal(view.state) && watch === 'ended';
  return (
    <>
      <WatchState watch={watch} />
      <div className="run-log">
        <LogViewer
          runId={view.run_id}
          live={over ? undefined : follow.feed}
          initial={view.state === 'succeeded' ? 'start' : 'end'}
          place={hash}
          onPlace={(place) =>
            void navigate({
              to: '.',
              search: {},
              hash: place,
              replace: true,
              resetScroll: false,
              hashScrollIntoView: false,
            })
          }
        />
      </div>
    </>
  );
}
