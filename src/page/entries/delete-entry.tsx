/** Deletes an entry of the catalogue, after a question. */
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useClient } from '../app/context.tsx';
import { Confirm } from '../parts/confirm.tsx';
import { Button } from '../ui/button.tsx';
import { toast } from '../ui/toast.tsx';
import type { Sort } from './sorts.ts';

type Props = {
  readonly sort: Sort;
  readonly name: string;
  /** Undefined for the caller's own. */
  readonly domain: string | undefined;
  /** Leaves the screen of what is no longer there. */
  readonly leave: () => Promise<void>;
  /** What follows from it. */
  readonly children: ReactNode;
};

export function DeleteEntry({ sort, name, domain, leave, children }: Props) {
  const client = useClient();
  const queries = useQueryClient();
  const [asking, setAsking] = useState(false);
  const done = async (): Promise<void> => {
    toast({ text: `The ${sort.noun} ${name} is deleted.` });
    await leave();
    await queries.invalidateQueries({ queryKey: [sort.plural, 'list'] });
  };
  return (
    <>
      <Button variant="danger" onPress={() => setAsking(true)}>
        Delete…
      </Button>
      {asking && (
        <Confirm
          title={`Delete ${name}?`}
          verb={`Delete the ${sort.noun}`}
          run={() => sort.callsOf(client).delete(name, domain === undefined ? {} : { domain })}
          onDone={() => void done()}
          onClose={() => setAsking(false)}
        >
          <p>{children}</p>
        </Confirm>
      )}
    </>
  );
}
