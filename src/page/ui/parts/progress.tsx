/** How far something is. */
import './progress.css';

type Props = {
  /** What it is of, for screen readers. */
  readonly label: string;
  /** 0 to 100; null where nobody knows the end. */
  readonly percent: number | null;
  /** What is done, in words: `3 of 10`. */
  readonly text: string;
};

export function Progress({ label, percent, text }: Props) {
  return (
    <div className="progress">
      <div
        className="progress-track"
        role="progressbar"
        aria-label={label}
        aria-valuetext={text}
        {...(percent !== null && {
          'aria-valuenow': Math.round(percent),
          'aria-valuemin': 0,
          'aria-valuemax': 100,
        })}
        data-unknown={percent === null}
      >
        <div className="progress-done" style={percent === null ? {} : { width: `${percent}%` }} />
      </div>
      <span className="progress-text" aria-hidden="true">
        {text}
      </span>
    </div>
  );
}
