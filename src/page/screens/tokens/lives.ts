/** How long a token may live, to choose from. */
import type { Choice } from '../../ui/forms/select.tsx';

const DAY_MS = 86_400_000;
const NEVER = 'never';

/** The id is a number of days. */
export const LIVES: readonly Choice[] = [
  { id: '1', label: 'In a day' },
  { id: '7', label: 'In a week' },
  { id: '30', label: 'In 30 days' },
  { id: '90', label: 'In 90 days' },
  { id: '365', label: 'In a year' },
  { id: NEVER, label: 'Never', note: 'Revoke it when it is not needed any more' },
];

/** RFC 3339; null for never. */
export const endAfter = (life: string, nowMs: number): string | null =>
  life === NEVER ? null : new Date(nowMs + Number(life) * DAY_MS).toISOString();

/** How long the old token goes on after a rotation, in seconds. */
export const OVERLAPS: readonly Choice[] = [
  { id: '0', label: 'Not at all', note: 'It ends now' },
  { id: '3600', label: 'An hour' },
  { id: '86400', label: 'A day' },
  { id: '604800', label: 'A week' },
  { id: '2592000', label: '30 days' },
];
