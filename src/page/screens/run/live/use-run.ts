/** A run for its screen: read once, then followed. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useEffectEvent, useRef, useState } from 'react';
import { isTerminal } from '../../../../core/events/state.ts';
import { useClient, useRefetchInterval, useRunChanges } from '../../../app/context.tsx';
import { useStore } from '../../../app/store.ts';
import { createFollow, type Follow, type Followed } from './follow.ts';

/**
 * What events do not tell is read again so often, while the run is not over: its place in the queue, and whether its cluster can be
 * reached.
 */
const QUEUED_POLL_MS = 5_000;
const LIVE_POLL_MS = 15_000;

const keyOf = (runId: string) => ['run', runId] as const;

/** The run's first answer as text, or the error that stands in its place. */
export function useRunText(runId: string) {
  const client = useClient();
  return useQuery({
    queryKey: keyOf(runId),
    queryFn: () => client.getRunText(runId),
    staleTime: 0,
    refetchOnWindowFocus: true,
    // Without the server there is nothing to show: it is tried until it answers.
    refetchInterval: useRefetchInterval(),
  });
}

export type Shown = Followed & { readonly follow: Follow; readonly reread: () => void };

/** Follows the run from `text` on; later texts of the query bring what events do not tell. */
export function useFollow(runId: string, text: string): Shown {
  const client = useClient();
  const queries = useQueryClient();
  const [follow] = useState(() => createFollow(text));
  const followed = useStore(follow.store);
  const { view } = followed;
  useEffect(() => follow.start(client), [follow, client]);
  useEffect(() => follow.take(text), [follow, text]);
  const reread = useCallback(
    () => void queries.invalidateQueries({ queryKey: keyOf(runId) }),
    [queries, runId],
  );
  // Its reason, times and place are read anew whenever its state changes.
  const known = useRef(view.state);
  useEffect(() => {
    if (known.current !== view.state) reread();
    known.current = view.state;
  }, [view.state, reread]);
  const onTick = useEffectEvent(() => {
    if (document.visibilityState === 'visible') reread();
  });
  useEffect(() => {
    if (isTerminal(view.state)) return undefined;
    const every = view.state === 'queued' ? QUEUED_POLL_MS : LIVE_POLL_MS;
    const timer = setInterval(() => onTick(), every);
    return () => clearInterval(timer);
  }, [view.state]);
  useRunChanges({
    onStale: reread,
    onChange: ({ run_id, seq }) => {
      // An admin's word, such as that it is gone, may come while the watch has ended.
      if (run_id === runId && seq > view.last_seq && followed.watch === 'ended') reread();
    },
  });
  return { ...followed, follow, reread };
}
