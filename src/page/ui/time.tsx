/** Times and durations, in the reader's zone or in UTC. */
import { createStore, useStore } from '../app/store.ts';

export { durationText } from './parts/duration.ts';

/** Where times are shown: the zone of this device, or UTC. */
export type Zone = 'local' | 'utc';
const STORED = 'sluice.zone';
export const zone = createStore<Zone>(localStorage.getItem(STORED) === 'utc' ? 'utc' : 'local');

export function chooseZone(next: Zone): void {
  localStorage.setItem(STORED, next);
  zone.set(next);
}

const formats = new Map<Zone, Intl.DateTimeFormat>();

function formatOf(which: Zone): Intl.DateTimeFormat {
  const known = formats.get(which);
  if (known) return known;
  const made = new Intl.DateTimeFormat('sv-SE', {
    dateStyle: 'short',
    timeStyle: 'medium',
    ...(which === 'utc' && { timeZone: 'UTC' }),
  });
  formats.set(which, made);
  return made;
}

/** Like `2026-11-29 14:05:09`, with `Z` in UTC. `time` is RFC 3339. */
export const timeText = (time: string, which: Zone): string =>
  `${formatOf(which).format(new Date(time))}${which === 'utc' ? 'Z' : ''}`;

export function Time({ value }: { readonly value: string }) {
  const which = useStore(zone);
  return (
    <time dateTime={value} title={value}>
      {timeText(value, which)}
    </time>
  );
}
