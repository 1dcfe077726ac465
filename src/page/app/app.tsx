/** The page: finds out who is here, then shows screens. */
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense, useEffect, useMemo, useState } from 'react';
import { isTransient } from '../../client/errors.ts';
import { createLive } from '../live/live.ts';
import { Toasts } from '../ui/toast.tsx';
import { HereContext } from './context.tsx';
import { createPageRouter } from './router.ts';
import { createSessions, type Session, type Sessions } from './session.ts';
import { Starting, Unreachable } from './start-states.tsx';
import { useStore } from './store.ts';

/** Retries of the queries beyond those of the client. */
const RETRIES = 1;
/** What was read may be shown again for so long without asking; changes make it stale at once. */
const FRESH_MS = 2_000;

function createQueries(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        retry: (failures, error) => failures < RETRIES && isTransient(error),
        staleTime: FRESH_MS,
        // The browser's own word on the network is often wrong: the request itself shows it.
        networkMode: 'always',
      },
      mutations: { networkMode: 'always' },
    },
  });
}

/** Most callers are signed in already, or nobody has to be. */
const SignedOut = lazy(async () => ({ default: (await import('./signed-out.tsx')).SignedOut }));

type SignedIn = Extract<Session, { status: 'signed_in' }>;

function Screens({
  session,
  sessions,
}: {
  readonly session: SignedIn;
  readonly sessions: Sessions;
}) {
  const { client, caller, leaves } = session;
  const [live] = useState(createLive);
  const [queries] = useState(() => createQueries());
  const [router] = useState(createPageRouter);
  useEffect(() => live.start(client), [live, client]);
  const here = useMemo(
    () => ({ client, caller, live, leave: leaves ? () => sessions.leave() : undefined }),
    [client, caller, live, leaves, sessions],
  );
  return (
    <HereContext value={here}>
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
        <Toasts />
      </QueryClientProvider>
    </HereContext>
  );
}

function contentOf(session: Session, sessions: Sessions): ReactNode {
  switch (session.status) {
    case 'starting':
      return <Starting />;
    case 'unreachable':
      return <Unreachable error={session.error} onRetry={() => void sessions.start()} />;
    case 'signed_out':
      return (
        <Suspense fallback={<Starting />}>
          <SignedOut session={session} sessions={sessions} />
        </Suspense>
      );
    case 'signed_in':
      return <Screens key={session.caller.id} session={session} sessions={sessions} />;
  }
}

export function App() {
  const [sessions] = useState(createSessions);
  const session = useStore(sessions.store);
  useEffect(() => void sessions.start(), [sessions]);
  return contentOf(session, sessions);
}
