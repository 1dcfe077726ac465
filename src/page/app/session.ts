/** Who uses the page: in open mode nobody in particular, else by a pasted token or a sign-in at the provider of the installation. */

import { type Client, createClient, type SignInParameters } from '../../client/client.ts';
import { SluiceError } from '../../client/errors.ts';
import type { SignIn } from '../../client/sign-in.ts';
import type { Caller } from '../../core/access/token.ts';
import { connectShared } from '../live/shared-connection.ts';
import { createStore, type Store } from './store.ts';

export type Session =
  | { readonly status: 'starting' }
  /** The server does not answer, or not as it should. */
  | { readonly status: 'unreachable'; readonly error: unknown }
  | {
      readonly status: 'signed_out';
      /** Undefined where people do not sign in: then a token is the only way. */
      readonly signIn: SignIn | undefined;
      /** Why somebody has to sign in again. */
      readonly notice: string | undefined;
    }
  | {
      readonly status: 'signed_in';
      readonly client: Client;
      readonly caller: Caller;
      /** Signing out makes no sense where nobody signed in. */
      readonly leaves: boolean;
    };

/** For this tab alone, until it is closed. */
const STORED = 'sluice.token';
/** Beginning of the names under which the Start screen keeps recent values. */
const RECENT = 'sluice.recent ';
/** Where to return to after a visit to the provider. */
const RETURN = 'sluice.return';

/** The server answers, but not to this caller: without a token, with one that has ended, or without a role. */
const isRefusal = (error: unknown): error is SluiceError =>
  error instanceof SluiceError && (error.status === 401 || error.status === 403);

/** What was started lately stays otherwise, on a machine that others may use. */
function forgetRecent(): void {
  for (const key of Object.keys(localStorage))
    if (key.startsWith(RECENT)) localStorage.removeItem(key);
}

type Token = string | (() => Promise<string>) | undefined;

/** `onRefused` is told of each answer that says that the token is not valid. */
function clientWith(token: Token, caller?: Caller, onRefused?: () => void): Client {
  return createClient({
    url: location.origin,
    fetch: async (...request) => {
      const response = await fetch(...request);
      if (response.status === 401) onRefused?.();
      return response;
    },
    ...(token !== undefined && { token }),
    ...(caller && { push: connectShared(`${caller.domain} ${caller.id}`) }),
  });
}

/** One refusal may be a proxy's, and to leave loses what is being written: the server is asked once more. */
function createConfirm(onEnd: () => void): (token: Token) => void {
  let confirming: Promise<unknown> | undefined;
  return (token) => {
    confirming ??= clientWith(token)
      .tokens.whoami()
      .then(undefined, (error: unknown) => {
        if (isRefusal(error)) onEnd();
      })
      .then(() => (confirming = undefined));
  };
}

export type Sessions = {
  readonly store: Store<Session>;
  /** Finds out who this is; again after the server could not be reached. */
  start(): Promise<void>;
  /** Takes a pasted token; rejects when the server does not. */
  enter(token: string): Promise<void>;
  /** Leaves the page for the provider. */
  visitProvider(): Promise<void>;
  /** Signs out, and forgets what this browser has kept of the caller. */
  leave(): void;
};

/** The page's address below `/ui`, to come back to. */
const here = (): string => location.pathname.replace(/^\/ui/, '') + location.search + location.hash;

export function createSessions(): Sessions {
  const store = createStore<Session>({ status: 'starting' });
  let signIn: SignIn | undefined;

  const confirmEnd = createConfirm(() => {
    if (store.get().status === 'signed_in') leave('The session has ended. Sign in again.');
  });

  function leave(notice?: string): void {
    sessionStorage.removeItem(STORED);
    signIn?.forget();
    store.set({ status: 'signed_out', signIn, notice });
  }

  async function signedIn(token: Token): Promise<void> {
    const caller = await clientWith(token).tokens.whoami();
    const client = clientWith(token, caller, () => confirmEnd(token));
    store.set({ status: 'signed_in', client, caller, leaves: token !== undefined });
  }

  async function resume(parameters: SignInParameters): Promise<boolean> {
    const { createSignIn } = await import('../../client/sign-in.ts');
    signIn = createSignIn({ parameters, redirectUri: `${location.origin}/ui/` });
    const provider = signIn;
    if (!(await provider.resume())) return false;
    const back = sessionStorage.getItem(RETURN);
    sessionStorage.removeItem(RETURN);
    if (back?.startsWith('/')) history.replaceState(null, '', `/ui${back}`);
    await signedIn(() => provider.token());
    return true;
  }

  async function find(): Promise<void> {
    const parameters = await clientWith(undefined).signIn();
    if (parameters !== null && (await resume(parameters))) return;
    const stored = sessionStorage.getItem(STORED) ?? undefined;
    await signedIn(stored).catch((error: unknown) => {
      if (!isRefusal(error)) throw error;
      sessionStorage.removeItem(STORED);
      store.set({ status: 'signed_out', signIn, notice: stored && error.detail });
    });
  }

  return {
    store,
    async start() {
      store.set({ status: 'starting' });
      await find().catch((error: unknown) => {
        if (isRefusal(error)) store.set({ status: 'signed_out', signIn, notice: error.detail });
        else store.set({ status: 'unreachable', error });
      });
    },
    async enter(token) {
      await signedIn(token);
      sessionStorage.setItem(STORED, token);
    },
    async visitProvider() {
      sessionStorage.setItem(RETURN, here());
      await signIn?.begin();
    },
    leave() {
      forgetRecent();
      leave();
    },
  };
}
