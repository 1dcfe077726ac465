/** Ages and durations that grow by themselves; each draws itself anew only when its own text changes. */
import { useSyncExternalStore } from 'react';
import { useStore } from '../../../app/store.ts';
import { durationText, timeText, zone } from '../../../ui/time.tsx';

const SECOND_MS = 1_000;
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function eachSecond(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    for (const each of listeners) each();
  }, SECOND_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

const secondsSince = (time: string): number => (Date.now() - Date.parse(time)) / SECOND_MS;

/** How long ago; the largest unit is enough. The moment itself is in its title. */
export function Age({ since }: { readonly since: string }) {
  const text = useSyncExternalStore(
    eachSecond,
    () => /^\S+ \S+/.exec(durationText(secondsSince(since)))?.[0] ?? '',
  );
  const which = useStore(zone);
  return (
    <time dateTime={since} title={timeText(since, which)}>
      {text}
    </time>
  );
}

/** From its start until now. */
export function Running({ since }: { readonly since: string }) {
  return useSyncExternalStore(eachSecond, () => durationText(secondsSince(since)));
}
