/** The tasks of the run that is shown, live; kept while its screen is. */
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import type { Client } from '../../../../../client/client.ts';
import { isTerminal } from '../../../../../core/events/state.ts';
import type { TraceView } from '../../../../../core/tasks/task.ts';
import { useClient } from '../../../../app/context.tsx';
import { useStore } from '../../../../app/store.ts';
import type { Follow } from '../../live/follow.ts';
import type { Shown } from '../../live/use-run.ts';
import { createReader, type Reader, type TaskList } from './task-list.ts';

/** After the end of a run its last tasks are stored within such a time. */
const LATE_MS = 10_000;
/** The estimate of the time that remains is read so often. */
const TRACE_MS = 15_000;

export type Tasks = TaskList & { readonly reader: Reader };

/** Who comes back to the tasks of a run finds them as they were, and read again. */
const readers = new WeakMap<Follow, Reader>();

function readerOf(client: Client, { follow, view }: Shown): Reader {
  const known = readers.get(follow) ?? createReader(client, view.run_id);
  readers.set(follow, known);
  return known;
}

/** Events of a run that lives come by the screen's one watch. */
function useReader(shown: Shown): Reader {
  const client = useClient();
  const reader = readerOf(client, shown);
  const { feed } = shown.follow;
  useEffect(() => {
    const endEvents = feed.subscribe((event) => {
      if (event.type === 'tasks') reader.fold(event.data);
    });
    const endReads = reader.start();
    return () => {
      endEvents();
      endReads();
    };
  }, [feed, reader]);
  return reader;
}

export function useTasks(shown: Shown): Tasks {
  const reader = useReader(shown);
  const list = useStore(reader.state);
  const { watch, view } = shown;
  const over = isTerminal(view.state);
  // After a pause something may have been missed; at the end of the run, tasks whose end was not told are over with it.
  const was = useRef({ watch, over });
  const lived = useRef(!over);
  useEffect(() => {
    const before = was.current;
    was.current = { watch, over };
    if (over !== before.over || (watch !== before.watch && (watch === 'live' || watch === 'ended')))
      reader.stale();
  }, [reader, watch, over]);
  // What the last lines of a driver tell is stored after its end, and no event tells of it.
  useEffect(() => {
    if (!over || !lived.current) return undefined;
    const timer = setTimeout(() => reader.stale(), LATE_MS);
    return () => clearTimeout(timer);
  }, [reader, over]);
  return { ...list, reader };
}

/** What Nextflow tells of the run as a whole; undefined until it was read. */
export function useTrace({ view }: Shown): TraceView | undefined {
  const client = useClient();
  const over = isTerminal(view.state);
  const { data } = useQuery({
    queryKey: ['run-trace', view.run_id, over],
    queryFn: () => client.trace(view.run_id),
    refetchInterval: over ? false : TRACE_MS,
    placeholderData: (before) => before,
  });
  return data;
}
