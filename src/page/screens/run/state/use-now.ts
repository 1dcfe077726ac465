/** The time, for durations that grow while one looks. */
import { useEffect, useState } from 'react';

const SECOND_MS = 1_000;

/** Milliseconds since 1970, each second while `ticks`. */
export function useNow(ticks: boolean): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!ticks) return undefined;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), SECOND_MS);
    return () => clearInterval(timer);
  }, [ticks]);
  return now;
}
