/** Earlier runs of the same pipeline: what one expects of this one. */
import { useQuery } from '@tanstack/react-query';
import type { RunState } from '../../../../core/events/state.ts';
import type { RunView } from '../../../../core/runs/view.ts';
import { useClient } from '../../../app/context.tsx';

/** So many fit beside each other, and tell enough. */
const RECENT = 20;

export type Recent = { readonly runs: readonly RunView[] | undefined; readonly error: unknown };

/** Newest first. Read anew when the run's state changes. */
export function useRecent(pipeline: string, state: RunState): Recent {
  const client = useClient();
  const { data, error } = useQuery({
    queryKey: ['run-recent', pipeline, state],
    queryFn: async ({ signal }) =>
      (await client.listRuns({ pipeline, limit: RECENT, signal })).runs,
    staleTime: 60_000,
    placeholderData: (before) => before,
  });
  return { runs: data, error };
}

/** Seconds of those that succeeded. */
export const durationsOf = ({ runs = [] }: Recent): readonly number[] =>
  runs.flatMap(({ state, duration_seconds }) =>
    state === 'succeeded' && duration_seconds !== null ? [duration_seconds] : [],
  );
