/** A page with nothing but a log viewer, for tests: `?live` follows what is given to `push`. */
import '../../../../src/page/styles/tokens.css';
import '../../../../src/page/styles/base.css';
import './harness.css';
import { StrictMode, useState, useSyncExternalStore } from 'react';
import { createRoot } from 'react-dom/client';
import { createClient } from '../../../../src/client/client.ts';
import type { RunEvent } from '../../../../src/core/events/event.ts';
import { HereContext } from '../../../../src/page/app/context.tsx';
import { createLive } from '../../../../src/page/live/live.ts';
import { createLogFeed } from '../../../../src/page/log/feed.ts';
import { LogViewer } from '../../../../src/page/log/log-viewer.tsx';
import { Toasts } from '../../../../src/page/ui/toast.tsx';

const client = createClient({ url: location.origin, push: false });
const feed = createLogFeed();
const query = new URLSearchParams(location.search);
const here = {
  client,
  live: createLive(),
  leave: undefined,
  caller: {
    id: 'anyone',
    domain: 'default',
    scopes: ['read' as const],
  },
} as unknown as Parameters<typeof HereContext>[0]['value'];

Object.assign(globalThis, {
  push: (event: RunEvent) => feed.push(event),
  longTasks: [] as number[],
});
const { longTasks } = globalThis as unknown as { longTasks: number[] };
new PerformanceObserver((list) => {
  for (const { duration } of list.getEntries()) longTasks.push(duration);
}).observe({ type: 'longtask', buffered: true });

const onHash = (listener: () => void): (() => void) => {
  addEventListener('hashchange', listener);
  return () => removeEventListener('hashchange', listener);
};

function Harness() {
  const hash = useSyncExternalStore(onHash, () => location.hash);
  const [isShown, setShown] = useState(true);
  return (
    <HereContext value={here}>
      <div className="harness">
        {isShown && (
          <LogViewer
            runId={query.get('run') ?? 'small'}
            live={query.has('live') ? feed : undefined}
            place={hash}
            onPlace={(place) => {
              history.replaceState(null, '', `${location.pathname}${location.search}#${place}`);
              dispatchEvent(new HashChangeEvent('hashchange'));
            }}
          />
        )}
      </div>
      <button type="button" onClick={() => setShown(!isShown)}>
        Show or hide
      </button>
      <Toasts />
    </HereContext>
  );
}

const place = document.querySelector('#page');
if (place === null) throw new Error('index.html has no #page');
createRoot(place).render(
  <StrictMode>
    <Harness />
  </StrictMode>,
);
