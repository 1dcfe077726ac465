/** What a screen shows instead of content: loading, nothing there, a failure, no rights. */
import type { ReactNode } from 'react';
import { SluiceError } from '../../client/errors.ts';
import './states.css';

export function Loading({ what }: { readonly what: string }) {
  return (
    <p className="state-loading" role="status">
      {what} is being loaded…
    </p>
  );
}

export function Empty({ children }: { readonly children: ReactNode }) {
  return <div className="state-empty">{children}</div>;
}

/** The sentence of an error for people, and what they can do. */
function wordsOf(
  error: unknown,
  what: string,
): { readonly title: string; readonly detail: string } {
  if (!(error instanceof SluiceError)) {
    return { title: `${what} could not be shown`, detail: String(error) };
  }
  const titles: Partial<Record<SluiceError['code'], string>> = {
    unreachable: `${what} cannot be read: the server does not answer`,
    forbidden: `You may not see this`,
    not_found: `${what}: not found`,
    gone: `${what} was deleted`,
  };
  return { title: titles[error.code] ?? `${what} could not be read`, detail: error.detail };
}

type ProblemProps = {
  readonly error: unknown;
  /** What could not be read or done: "The list of runs". */
  readonly what: string;
  readonly children?: ReactNode;
};

export function Problem({ error, what, children }: ProblemProps) {
  const { title, detail } = wordsOf(error, what);
  const fields = error instanceof SluiceError ? error.fields : [];
  return (
    <div className="state-problem" role="alert">
      <strong>{title}</strong>
      <p>{detail}</p>
      {fields.length > 0 && (
        <ul>
          {fields.map(({ field, message }) => (
            <li key={`${field} ${message}`}>
              <code>{field}</code>: {message}
            </li>
          ))}
        </ul>
      )}
      {children}
    </div>
  );
}
