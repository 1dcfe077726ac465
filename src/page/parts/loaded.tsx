/** What was read, with its other states: it is being read, it could not be, what is shown is older. */
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Button } from '../ui/button.tsx';
import { Loading, Problem } from '../ui/states.tsx';
import './parts.css';

type LoadedProps<T> = {
  readonly query: UseQueryResult<T>;
  /** As the begin of a sentence: "The list of lanes". */
  readonly what: string;
  readonly children: (value: T) => ReactNode;
};

export function Loaded<T>({ query, what, children }: LoadedProps<T>) {
  const { data, error, isFetching } = query;
  const again = (
    <div className="actions problem-actions">
      <Button isDisabled={isFetching} onPress={() => void query.refetch()}>
        Try again
      </Button>
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
