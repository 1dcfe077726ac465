/** What was read, with its other states: it is being read, it could not be, what is shown is older. */
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { SluiceError } from '../../client/errors.ts';
import { Button } from '../ui/button.tsx';
import { Loading, Problem } from '../ui/states.tsx';
import './parts.css';

type LoadedProps<T> = {
  readonly query: UseQueryResult<T>;
  /** As the begin of a sentence: "The list of lanes". */
  readonly what: string;
  /** A link to the list that it is one of: for what is not there, which another try does not find either. */
  readonly list?: ReactNode;
  readonly children: (value: T) => ReactNode;
};

/** The server knows no such thing, or not any more. */
export const isMissing = (error: unknown): boolean =>
  error instanceof SluiceError && (error.code === 'not_found' || error.code === 'gone');

export function Loaded<T>({ query, what, list, children }: LoadedProps<T>) {
  const { data, error, isFetching } = query;
  const again = (
    <div className="actions problem-actions">
      {isMissing(error) ? (
        list
      ) : (
        <Button isDisabled={isFetching} onPress={() => void query.refetch()}>
          Try again
        </Button>
      )}
    </div>
  );
  if (data === undefined) {
    if (error === null) return <Loading what={what} />;
    return (
      <Problem error={error} what={what}>
        {again}
      </Problem>
    );
  }
  return (
    <>
      {error !== null && (
        <Problem error={error} what={what}>
          <p>Below is what was read last.</p>
          {again}
        </Problem>
      )}
      {children(data)}
    </>
  );
}
