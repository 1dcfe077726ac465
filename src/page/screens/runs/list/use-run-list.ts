/** The list of runs for filters, live. */
import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect, useEffectEvent, useState } from 'react';
import type { Client } from '../../../../client/client.ts';
import { useClient, useRefetchInterval, useRunChanges } from '../../../app/context.tsx';
import { type Filters, queryOf } from '../filters/filters.ts';
import { RunList } from './run-list.ts';

/** Progress comes by no event of the list; it is read so often while running runs are looked at. */
const PROGRESS_MS = 3_000;
/** Who comes back from a run finds the list as it was, and read anew. */
const KEPT_MAX = 3;

/** The last lists of a client, by their filters. */
const kept = new WeakMap<Client, Map<string, RunList>>();

function listOf(client: Client, queries: QueryClient, filters: Filters): RunList {
  const key = JSON.stringify(filters);
  const lists = kept.get(client) ?? new Map<string, RunList>();
  kept.set(client, lists);
  const known = lists.get(key);
  if (known) return known;
  let reads = 0;
  const made = new RunList({
    // Through the query client, so that its rules for failures and an ended session hold here too.
    read: (query) =>
      queries.fetchQuery({
        queryKey: ['runs', key, (reads += 1)],
        queryFn: ({ signal }) => client.listRuns({ ...query, signal }),
        gcTime: 0,
      }),
    query: () => queryOf(filters, Date.now()),
    nextFrame: (call) => void requestAnimationFrame(call),
    wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  });
  lists.set(key, made);
  for (const old of lists.keys()) {
    if (lists.size <= KEPT_MAX) break;
    lists.delete(old);
  }
  return made;
}

function useTimer(ms: number | false, call: () => void): void {
  const tick = useEffectEvent(call);
  useEffect(() => {
    if (ms === false) return undefined;
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') tick();
    }, ms);
    return () => clearInterval(timer);
  }, [ms]);
}

export function useRunList(filters: Filters): RunList {
  const client = useClient();
  const queries = useQueryClient();
  const [held, setHeld] = useState(() => ({
    filters,
    list: listOf(client, queries, filters),
  }));
  let { list } = held;
  if (held.filters !== filters && JSON.stringify(held.filters) !== JSON.stringify(filters)) {
    list = listOf(client, queries, filters);
    setHeld({ filters, list });
  }
  // It may have been kept while nothing told it of changes.
  useEffect(() => list.markStale(), [list]);
  useRunChanges({
    onStale: () => list.markStale(),
    onChange: (change) => list.change(change),
  });
  useTimer(useRefetchInterval(), () => list.markStale());
  useTimer(PROGRESS_MS, () => void list.freshen());
  return list;
}
