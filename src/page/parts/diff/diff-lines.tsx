/** What differs between two texts, line by line. */
import { Fragment } from 'react';
import { hunksOf, linesOf } from './differences.ts';
import './diff-lines.css';

const NAMES = { '+': 'added', '-': 'removed', ' ': undefined } as const;

type DiffProps = {
  readonly before: string;
  readonly after: string;
  /** For screen readers: what is compared. */
  readonly label: string;
};

export function DiffLines({ before, after, label }: DiffProps) {
  const hunks = hunksOf(linesOf(before, after));
  if (hunks.length === 0) return <p className="muted">They are the same.</p>;
  return (
    // It scrolls, so that it has to be reached by keyboard.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className="diff" role="region" aria-label={label} tabIndex={0}>
      {hunks.map((hunk) => (
        <Fragment key={hunk.at}>
          {hunk.at > 0 && (
            <div className="diff-gap" aria-hidden="true">
              ⋯
            </div>
          )}
          {hunk.lines.map(({ sign, text }, at) => (
            <div key={hunk.at + at} className="diff-line" data-change={NAMES[sign]}>
              <span className="diff-sign" aria-hidden="true">
                {sign}
              </span>
              {NAMES[sign] !== undefined && <span className="unseen">{NAMES[sign]}: </span>}
              {text}
            </div>
          ))}
        </Fragment>
      ))}
    </div>
  );
}
