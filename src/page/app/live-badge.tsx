/** Always visible: whether what the page shows is live, why not, and when it tries next. */
import { useEffect, useState } from 'react';
import { useLiveState } from './context.tsx';

const WORDS = { live: 'live', catching_up: 'catching up', offline: 'offline' } as const;

/** The time, each second, while something counts down. */
function useNow(ticks: boolean): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!ticks) return undefined;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, [ticks]);
  return now;
}

export function LiveBadge() {
  const { status, why, retryAt } = useLiveState();
  const now = useNow(retryAt !== undefined);
  const seconds = retryAt === undefined ? 0 : Math.ceil((retryAt - now) / 1_000);
  const next = seconds > 0 ? ` Next try in ${seconds} s.` : '';
  return (
    <span className="live" data-status={status} title={why && `${why}${next}`}>
      <span className="live-dot" aria-hidden="true" />
      {/* The countdown is not read aloud each second. */}
      <span role="status">{WORDS[status]}</span>
      {why !== undefined && status !== 'live' && (
        <span className="live-why">
          {why}
          <span aria-hidden="true">{next}</span>
        </span>
      )}
    </span>
  );
}
