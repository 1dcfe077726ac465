/** Signs people in from a page: authorization code with PKCE, without a secret, at the provider that the API names. */
import {
  authorizationCodeGrantRequest,
  calculatePKCECodeChallenge,
  generateRandomCodeVerifier,
  generateRandomState,
  None,
  processAuthorizationCodeResponse,
  processRefreshTokenResponse,
  refreshTokenGrantRequest,
  type TokenEndpointResponse,
  validateAuthResponse,
} from 'oauth4webapi';
import { SluiceError } from './errors.ts';
import type { ProviderOptions } from './openid/options.ts';
import { openProvider } from './openid/provider.ts';
import { defaultRuntime, type Runtime } from './runtime.ts';

/** What is used of a page; by default the one that this runs in. */
export type SignInPage = {
  readonly location: { readonly href: string; assign(url: string): void };
  readonly history: { replaceState(data: unknown, unused: string, url: string): void };
  readonly sessionStorage: {
    getItem(key: string): string | null;
    setItem(key: string, value: string): void;
    removeItem(key: string): void;
  };
};

export type SignInOptions = ProviderOptions & {
  /** Where the provider sends the browser back; it has to be registered there. Default: this page, without query and fragment. */
  readonly redirectUri?: string;
  readonly page?: SignInPage;
  readonly runtime?: Runtime;
};

export type SignIn = {
  /** Leaves the page for the provider, which sends the browser back to it. */
  begin(): Promise<void>;
  /**
   * Takes what the provider has sent back; call it when the page loads. False when it has sent nothing, so nobody is signed in.
   * Rejects with SluiceError `unauthorized` when the provider refused, or the answer is not for a question of this page.
   */
  resume(): Promise<boolean>;
  /**
   * An access token for `createClient({ token })`, renewed two minutes before it ends. Kept in memory only, so a page that is loaded anew
   * signs in again, mostly without a question. Rejects with SluiceError `unauthorized` when that has to be done.
   */
  token(): Promise<string>;
  /** Forgets the tokens. The person stays signed in at the provider. */
  forget(): void;
};

/** What of a sign-in has to outlive the page, while the browser is at the provider. */
const STORED = 'sluice.sign-in';
/** Live events need a token that lives for another minute. */
const RENEW_MS = 120_000;
/** Of a token whose provider does not say. */
const LIFE_SECONDS = 300;

type Held = {
  readonly access: string;
  readonly refresh: string | undefined;
  readonly until: number;
};
type Begun = { readonly state: string; readonly verifier: string; readonly redirectUri: string };

const refused = (cause: unknown): SluiceError => {
  const detail = cause instanceof Error ? cause.message : String(cause);
  return new SluiceError('unauthorized', 401, `Sign in: ${detail}`, { cause });
};

const bare = (href: string): string => {
  const url = new URL(href);
  return `${url.origin}${url.pathname}`;
};

/** The calls of the protocol, each to the provider that `parameters` name. */
function createProtocol(given: SignInOptions) {
  const { parameters } = given;
  const { options, client, server } = openProvider(given);
  return {
    async address(begun: Begun): Promise<string> {
      const { authorization_endpoint } = await server();
      if (authorization_endpoint === undefined) throw refused('the provider signs nobody in');
      const url = new URL(authorization_endpoint);
      const query = {
        client_id: parameters.client_id,
        redirect_uri: begun.redirectUri,
        response_type: 'code',
        scope: parameters.scope,
        state: begun.state,
        code_challenge: await calculatePKCECodeChallenge(begun.verifier),
        code_challenge_method: 'S256',
      };
      for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
      return url.href;
    },
    async redeem(answer: URL, { state, verifier, redirectUri }: Begun) {
      const as = await server();
      const checked = validateAuthResponse(as, client, answer, state);
      const sent = await authorizationCodeGrantRequest(
        as,
        client,
        None(),
        checked,
        redirectUri,
        verifier,
        options,
      );
      return processAuthorizationCodeResponse(as, client, sent);
    },
    async renew(refresh: string) {
      const as = await server();
      const sent = await refreshTokenGrantRequest(as, client, None(), refresh, options);
      return processRefreshTokenResponse(as, client, sent);
    },
  };
}

/**
 * Signs people in from a page. Nothing happens until a method is called.
 *
 * @example
 * import { createClient, createSignIn } from 'sluice';
 *
 * const url = 'https://sluice.example.org';
 * const parameters = await createClient({ url }).signIn();
 * if (parameters === null) throw new Error('This server asks for a token.');
 * const signIn = createSignIn({ parameters });
 * if (!(await signIn.resume())) await signIn.begin(); // leaves the page, and comes back to it
 * const client = createClient({ url, token: () => signIn.token() });
 */
export function createSignIn(options: SignInOptions): SignIn {
  const { runtime = defaultRuntime } = options;
  const protocol = createProtocol(options);
  const pageOf = (): SignInPage => options.page ?? (globalThis as unknown as SignInPage);
  let held: Held | undefined;
  let renewing: Promise<void> | undefined;

  const hold = ({ access_token, refresh_token, expires_in }: TokenEndpointResponse): void => {
    held = {
      access: access_token,
      refresh: refresh_token ?? held?.refresh,
      until: runtime.now() + (expires_in ?? LIFE_SECONDS) * 1_000,
    };
  };
  const renew = async (refresh: string): Promise<void> => {
    try {
      hold(await protocol.renew(refresh));
    } catch (error) {
      // Away: the old token is good for some time. Refused: so is it, and then it is over.
      if (held !== undefined && held.until > runtime.now()) return;
      held = undefined;
      throw refused(error);
    } finally {
      renewing = undefined;
    }
  };
  return {
    async begin() {
      const page = pageOf();
      const redirectUri = options.redirectUri ?? bare(page.location.href);
      const begun = {
        state: generateRandomState(),
        verifier: generateRandomCodeVerifier(),
        redirectUri,
      };
      const address = await protocol.address(begun);
      page.sessionStorage.setItem(STORED, JSON.stringify(begun));
      page.location.assign(address);
    },
    async resume() {
      const { location, history, sessionStorage } = pageOf();
      const url = new URL(location.href);
      const stored = sessionStorage.getItem(STORED);
      if (!url.searchParams.has('state') || stored === null) return false;
      // A code is good once: neither a reload nor the page's history shall show it again.
      sessionStorage.removeItem(STORED);
      history.replaceState(null, '', bare(location.href));
      try {
        hold(await protocol.redeem(url, JSON.parse(stored) as Begun));
      } catch (error) {
        throw refused(error);
      }
      return true;
    },
    async token() {
      if (held === undefined) throw refused('nobody is signed in');
      if (held.until - runtime.now() < RENEW_MS && held.refresh !== undefined)
        await (renewing ??= renew(held.refresh));
      if (held.until <= runtime.now()) {
        held = undefined;
        throw refused('the sign-in has ended');
      }
      return held.access;
    },
    forget() {
      held = undefined;
    },
  };
}
