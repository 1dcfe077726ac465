/** Lists that depend on runs are read anew when one changes, once a second at most. */
import { type QueryKey, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useRunChanges } from '../app/context.tsx';

/** Changes come in bursts, and a read costs the server more than a line of a list is worth. */
const EVERY_MS = 1_000;

/** `key`: of the queries that are stale then. */
export function useRefreshOnRuns(key: QueryKey): void {
  const queries = useQueryClient();
  const pending = useRef<ReturnType<typeof setTimeout>>(undefined);
  const last = useRef(0);
  const refresh = (): void => {
    if (pending.current !== undefined) return;
    const wait = Math.max(0, last.current + EVERY_MS - Date.now());
    pending.current = setTimeout(() => {
      pending.current = undefined;
      last.current = Date.now();
      void queries.invalidateQueries({ queryKey: key });
    }, wait);
  };
  useRunChanges({ onStale: refresh, onChange: refresh });
  useEffect(() => () => clearTimeout(pending.current), []);
}
