/** All events of a run, for the parts of its screen that show them. */
import { useEffect, useState } from 'react';
import type { RunEvent } from '../../../../core/events/event.ts';
import { useClient } from '../../../app/context.tsx';
import { readHistory } from './history.ts';
import { RunEvents } from './run-events.ts';
import type { Shown } from './use-run.ts';

export type History = {
  /** All events; undefined until the first page came. */
  readonly events: RunEvents;
  readonly complete: boolean;
  readonly error: unknown;
  readonly version: number;
  readonly retry: () => void;
};

/** All events from the first on: older ones are read once, those that come live are added. */
export function useHistory({ follow, view, version }: Shown): History {
  const client = useClient();
  const [events] = useState(() => new RunEvents(0));
  const [state, setState] = useState({ pages: 0, complete: false, error: undefined as unknown });
  const [tries, setTries] = useState(0);
  const runId = view.run_id;
  useEffect(() => {
    const stop = new AbortController();
    const until = follow.events.lastSeq;
    // Those that come while older ones are read wait their turn in `missed`.
    let missed: RunEvent[] = [];
    let done = false;
    const end = follow.feed.subscribe((event) => {
      if (done) events.add(event);
      else missed.push(event);
    });
    const read = async (): Promise<void> => {
      await readHistory(client, runId, events, until, stop.signal, () =>
        setState(({ pages }) => ({ pages: pages + 1, complete: false, error: undefined })),
      );
      for (const event of missed) events.add(event);
      missed = [];
      done = true;
      setState(({ pages }) => ({ pages: pages + 1, complete: true, error: undefined }));
    };
    read().catch((error: unknown) => {
      if (!stop.signal.aborted) setState(({ pages }) => ({ pages, complete: false, error }));
    });
    return () => {
      stop.abort();
      end();
    };
  }, [client, runId, events, follow, tries]);
  return {
    events,
    complete: state.complete,
    error: state.error,
    version: version + state.pages,
    retry: () => setTries((n) => n + 1),
  };
}
