/** What of the tasks the address says, and how it is changed. */
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';
import type { RunSearch } from '../tabs/tab.ts';
import type { TaskSearch } from './model/search.ts';

export type Change = { readonly [K in keyof TaskSearch]?: TaskSearch[K] | undefined };

/** Of a link to what `change` makes of it; what is undefined is left out. */
export function searchWith(search: TaskSearch, change: Change): RunSearch {
  const all = Object.entries({ ...search, ...change }).filter(([, value]) => value !== undefined);
  return { ...(Object.fromEntries(all) as TaskSearch), tab: 'tasks' };
}

export function useTaskSearch() {
  const { tab: _tab, types: _types, ...search } = useSearch({ from: '/runs/$runId' });
  const navigate = useNavigate({ from: '/runs/$runId' });
  // The router gives the same search while the address is the same.
  const key = JSON.stringify(search);
  /** `keeps`: a step that "back" undoes. */
  const change = useCallback(
    (next: Change, keeps = false) =>
      void navigate({
        to: '.',
        search: searchWith(JSON.parse(key) as TaskSearch, next),
        replace: !keeps,
        resetScroll: false,
      }),
    [navigate, key],
  );
  return { search: search as TaskSearch, key, change };
}
