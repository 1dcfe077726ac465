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
/** Where to return to after a visit to the provider. */
const RETURN = 'sluice.return';

/** The server answers, but not to this caller: without a token, with one that has ended, or without a role. */
const isRefusal = (error: unknown): error is SluiceError =>
  error instanceof SluiceError && (error.status === 401 || error.status === 403);

function clientWith(token: string | (() => Promise<string>) | undefined, caller?: Caller): Client {
  return createClient({
    url: location.origin,
    ...(token !== undefined && { token }),
    ...(caller && { push: connectShared(`${caller.domain} ${caller.id}`) }),
  });
}

export type Sessions = {
  readonly store: Store<Session>;
  /** Finds out who this is; again after the server could not be reached. */
  start(): Promise<void>;
  /** Takes a pasted token; rejects when the server does not. */
  enter(token: string): Promise<void>;
  /** Leaves the page for the provider. */
  visitProvider(): Promise<void>;
  leave(notice?: string): void;
};

/** The page's address below `/ui`, to come back to. */
const here = (): string => location.pathname.replace(/^\/ui/, '') + location.search + location.hash;

export function createSessions(): Sessions {
  const store = createStore<Session>({ status: 'starting' });
  let signIn: SignIn | undefined;

  async function signedIn(token: string | (() => Promise<string>) | undefined): Promise<void> {
    const caller = await clientWith(token).tokens.whoami();
    const client = clientWith(token, caller);
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
    leave(notice) {
      sessionStorage.removeItem(STORED);
      signIn?.forget();
      store.set({ status: 'signed_out', signIn, notice });
    },
  };
}
