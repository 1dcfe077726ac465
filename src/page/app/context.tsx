/** What every screen may use: who is here, the client, and live changes. */
import { createContext, use, useEffect, useEffectEvent } from 'react';
import type { Client } from '../../client/client.ts';
import { allows, type Scope, starterOf } from '../../core/access/scopes.ts';
import type { Caller } from '../../core/access/token.ts';
import type { Live, LiveListener, LiveState } from '../live/live.ts';
import { useStore } from './store.ts';

export type Here = {
  readonly client: Client;
  readonly caller: Caller;
  readonly live: Live;
  /** Undefined where nobody signed in. */
  readonly leave: (() => void) | undefined;
};

export const HereContext = createContext<Here | undefined>(undefined);

export function useHere(): Here {
  const here = use(HereContext);
  if (here === undefined) throw new Error('Screens are shown to somebody only.');
  return here;
}

export const useClient = (): Client => useHere().client;
export const useCaller = (): Caller => useHere().caller;

/** What runs are marked with that the caller starts here (`triggered_by`); null in open mode, where nobody has a name. */
export const useMyName = (): string | null => starterOf(useCaller());

/** Whether the caller may do what needs this scope. The server decides; the page only hides what it would refuse. */
export const useMay = (scope: Scope): boolean => allows(useCaller().scopes, scope);

export const useLiveState = (): LiveState => useStore(useHere().live.state);

/** While nothing comes by itself, lists are read this often, in milliseconds; false while the page is live. */
export function useRefetchInterval(): number | false {
  return useLiveState().status === 'live' ? false : POLL_MS;
}
const POLL_MS = 5_000;

/** Calls back for each change of a run, and when what is shown has to be read anew. */
export function useRunChanges(listener: LiveListener): void {
  const { live } = useHere();
  const onStale = useEffectEvent(listener.onStale);
  const onChange = useEffectEvent(listener.onChange);
  useEffect(
    () => live.listen({ onStale: () => onStale(), onChange: (change) => onChange(change) }),
    [live],
  );
}
