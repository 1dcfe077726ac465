/** A lane in one word, and how full it is. */
import type { LaneView } from '../../../core/runs/view.ts';

type Lane = { readonly lane: LaneView };

const wordsOf = ({ paused, active, queued, capacity }: LaneView) => {
  if (paused) return { word: 'paused', tone: 'warning' };
  if (active.length >= capacity) return { word: queued > 0 ? 'full' : 'in use', tone: 'busy' };
  return active.length > 0 ? { word: 'in use', tone: 'busy' } : { word: 'free', tone: 'good' };
};

export function LaneState({ lane }: Lane) {
  const { word, tone } = wordsOf(lane);
  return (
    <span className="pill" data-tone={tone}>
      {word}
    </span>
  );
}

/** Wider lanes are shown as a share. */
const DOTS_MAX = 20;

export function Meter({ lane: { active, capacity } }: Lane) {
  const taken = active.length;
  const share = Math.min(1, taken / capacity);
  return (
    <span className="lanes-meter">
      <span className="lanes-count">
        {taken} of {capacity}
      </span>
      {capacity <= DOTS_MAX ? (
        <span className="lanes-dots" aria-hidden="true">
          {Array.from({ length: Math.max(capacity, taken) }, (_, at) => (
            <span key={at} data-taken={at < taken} data-above={at >= capacity} />
          ))}
        </span>
      ) : (
        <span className="lanes-bar" aria-hidden="true">
          <span style={{ width: `${100 * share}%` }} />
        </span>
      )}
    </span>
  );
}
