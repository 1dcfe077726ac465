/** Always visible: whether what the page shows is live; and where it is not, why, and when it tries next. */
import { useEffect, useState } from 'react';
import { useLiveState } from './context.tsx';

const WORDS = { live: 'live', catching_up: 'catching up', offline: 'offline' } as const;

export function LiveBadge() {
  const { status } = useLiveState();
  return (
    <span className="live" data-status={status}>
      <span className="live-dot" aria-hidden="true" />
      <span role="status">{WORDS[status]}</span>
    </span>
  );
}

/** A connection is mostly there sooner: the line below the header would only flicker. */
const PATIENCE_MS = 2_000;
const SECOND_MS = 1_000;

/** The time, each second while something counts down. */
function useNow(ticks: boolean): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    setNow(Date.now());
    if (!ticks) return undefined;
    const timer = setInterval(() => setNow(Date.now()), SECOND_MS);
    return () => clearInterval(timer);
  }, [ticks]);
  return now;
}

/** A line below the header while the page is not live. */
export function LiveNotice() {
  const { status, since, why, retryAt } = useLiveState();
  const now = useNow(status !== 'live');
  if (status === 'live' || now - since < PATIENCE_MS) return null;
  const seconds = retryAt === undefined ? 0 : Math.ceil((retryAt - now) / SECOND_MS);
  return (
    <p className="live-notice" data-status={status}>
      {why}
      {/* The countdown is not read aloud each second. */}
      {seconds > 0 && <span aria-hidden="true"> Next try in {seconds} s.</span>}
    </p>
  );
}
