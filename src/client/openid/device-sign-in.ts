/** Signs people in from a program without a browser: a code that they type at the provider, on any device (RFC 8628). */
import {
  AuthorizationResponseError,
  type DeviceAuthorizationResponse,
  deviceAuthorizationRequest,
  deviceCodeGrantRequest,
  None,
  OperationProcessingError,
  processDeviceAuthorizationResponse,
  processDeviceCodeResponse,
  processRefreshTokenResponse,
  processRevocationResponse,
  ResponseBodyError,
  refreshTokenGrantRequest,
  revocationRequest,
  type TokenEndpointResponse,
  WWWAuthenticateChallengeError,
} from 'oauth4webapi';
import { SluiceError, whyOf } from '../errors.ts';
import { defaultRuntime, later, type Runtime } from '../runtime.ts';
import type { ProviderOptions } from './options.ts';
import { openProvider } from './provider.ts';

/** What the person has to be shown. */
export type DeviceCode = {
  /** Where to type the code. */
  readonly address: string;
  readonly code: string;
  /** The address with the code in it, for a link; not every provider has one. */
  readonly link: string | undefined;
  /** Seconds for which the code is good. */
  readonly seconds: number;
};

/** To be kept secret. */
export type DeviceTokens = {
  /** For `createClient({ token })`. */
  readonly access: string;
  /** Seconds for which the access token is good. */
  readonly seconds: number;
  /** For `renew`; none where the provider gives none. */
  readonly refresh: string | undefined;
};

export type DeviceSignIn = {
  /** Whether the provider has it at all. */
  isOffered(): Promise<boolean>;
  /**
   * Gets a code, has it shown, and waits until the person has signed in with it. Rejects with SluiceError `unauthorized` when the person or
   * the provider refuses, and when the code has expired; `unreachable` when the provider does not answer at the begin. Later it is
   * asked again until the code expires. `signal` ends the waiting.
   */
  signIn(show: (code: DeviceCode) => void, signal?: AbortSignal): Promise<DeviceTokens>;
  /** Fresh tokens for a refresh token, which may be good once. Rejects with `unauthorized` when the person has to sign in again, else with `unreachable`. */
  renew(refresh: string): Promise<DeviceTokens>;
  /** Tells the provider that a refresh token is not used any more; false where it does not take that. */
  revoke(refresh: string): Promise<boolean>;
};

/** Between two questions, where the provider does not say. */
const INTERVAL_SECONDS = 5;
/** By so much the interval grows each time that the provider asks for it. */
const SLOWER_SECONDS = 5;
const INTERVAL_MAX_SECONDS = 60;
/** Of an access token whose provider does not say. */
const LIFE_SECONDS = 300;
const TIMEOUT_MS = 30_000;

const unauthorized = (detail: string, cause?: unknown): SluiceError =>
  new SluiceError('unauthorized', 401, detail, { cause });

/** What the provider says of a refusal: its code, and its sentence to the first line break; what follows are ids for its operators. */
function refusalOf(error: unknown): { readonly code: string; readonly text: string } | undefined {
  if (error instanceof ResponseBodyError || error instanceof AuthorizationResponseError) {
    const [text = ''] = (error.error_description ?? '').split(/\r?\n/);
    return { code: error.error, text: text === '' ? error.error : `${error.error}: ${text}` };
  }
  if (error instanceof WWWAuthenticateChallengeError)
    return { code: 'invalid_client', text: `it answered ${error.status}` };
  return undefined;
}

/** Whether another try may help: no answer, or one of an overloaded or broken provider. */
function isAway(error: unknown): boolean {
  if (error instanceof ResponseBodyError) return error.status >= 500 || error.status === 429;
  if (!(error instanceof OperationProcessingError)) return !(error instanceof SluiceError);
  const { cause } = error;
  return cause instanceof Response && (cause.status >= 500 || cause.status === 429);
}

/** For a person, with what to do. */
function explained(error: unknown, clientId: string): SluiceError {
  if (error instanceof SluiceError) return error;
  const refusal = refusalOf(error);
  if (isAway(error))
    return new SluiceError(
      'unreachable',
      0,
      `The provider of sign-ins does not answer: ${refusal?.text ?? whyOf(error)}`,
      { cause: error },
    );
  const unclear = unauthorized(
    `The provider of sign-ins refuses, or is not understood: ${refusal?.text ?? whyOf(error)}`,
    error,
  );
  if (refusal === undefined) return unclear;
  switch (refusal.code) {
    case 'access_denied':
    case 'authorization_declined':
      return unauthorized('The sign-in was refused at the provider.', error);
    case 'expired_token':
    case 'bad_verification_code':
      return unauthorized('The code has expired before anybody signed in with it.', error);
    case 'invalid_grant':
      return unauthorized('The sign-in has ended.', error);
    case 'invalid_client':
    case 'unauthorized_client':
    case 'unsupported_grant_type':
      return unauthorized(
        `The provider does not let the application ${clientId} sign in with a code (${refusal.text}). ` +
          `An admin has to allow it; at Entra: az ad app update --id ${clientId} --is-fallback-public-client true`,
        error,
      );
    default:
      return unclear;
  }
}

const tokensOf = (answer: TokenEndpointResponse): DeviceTokens => ({
  access: answer.access_token,
  seconds: answer.expires_in ?? LIFE_SECONDS,
  refresh: answer.refresh_token,
});

/** Each call to the provider ends after half a minute. */
function createCalls(given: ProviderOptions, runtime: Runtime) {
  const { parameters } = given;
  const { options, client, server } = openProvider(given);

  async function timed<T>(call: (more: typeof options & { signal: AbortSignal }) => Promise<T>) {
    const stop = new AbortController();
    const done = new AbortController();
    void later(runtime, TIMEOUT_MS, done.signal, () =>
      stop.abort(new Error(`no answer within ${TIMEOUT_MS / 1_000} s`)),
    );
    try {
      return await call({ ...options, signal: stop.signal });
    } finally {
      done.abort();
    }
  }
  return {
    server,
    begin: () =>
      timed(async (more) => {
        const as = await server();
        if (as.device_authorization_endpoint === undefined)
          throw unauthorized(
            'The provider of sign-ins offers no codes for devices: take a token in its place.',
          );
        const { scope } = parameters;
        const sent = await deviceAuthorizationRequest(as, client, None(), { scope }, more);
        return processDeviceAuthorizationResponse(as, client, sent);
      }),
    ask: (deviceCode: string) =>
      timed(async (more) => {
        const as = await server();
        const sent = await deviceCodeGrantRequest(as, client, None(), deviceCode, more);
        return tokensOf(await processDeviceCodeResponse(as, client, sent));
      }),
    renew: (refresh: string) =>
      timed(async (more) => {
        const as = await server();
        const sent = await refreshTokenGrantRequest(as, client, None(), refresh, more);
        return tokensOf(await processRefreshTokenResponse(as, client, sent));
      }),
    revoke: (refresh: string) =>
      timed(async (more) => {
        const as = await server();
        if (as.revocation_endpoint === undefined) return false;
        const sent = await revocationRequest(as, client, None(), refresh, more);
        await processRevocationResponse(sent);
        return true;
      }),
  };
}

/** How long to wait after an answer that was none yet. Rejects with any other. */
function slower(error: unknown, seconds: number): number {
  const code = refusalOf(error)?.code;
  if (code === 'authorization_pending') return seconds;
  if (code === 'slow_down') return seconds + SLOWER_SECONDS;
  if (isAway(error)) return Math.min(INTERVAL_MAX_SECONDS, seconds * 2);
  throw error;
}

/**
 * Signs people in with a code. Nothing happens until a method is called.
 *
 * @example
 * import { createClient, createDeviceSignIn } from 'sluice';
 *
 * const url = 'https://sluice.example.org';
 * const parameters = await createClient({ url }).signIn();
 * if (parameters === null) throw new Error('This server asks for a token.');
 * const device = createDeviceSignIn({ parameters });
 * const { access } = await device.signIn(({ address, code }) => console.log(`Open ${address} and enter ${code}`));
 * const client = createClient({ url, token: access });
 */
export function createDeviceSignIn(
  options: ProviderOptions & { readonly runtime?: Runtime },
): DeviceSignIn {
  const { runtime = defaultRuntime } = options;
  const { client_id: clientId } = options.parameters;
  const calls = createCalls(options, runtime);
  const clear = (error: unknown): never => {
    throw explained(error, clientId);
  };

  async function wait(
    { device_code, expires_in, interval = INTERVAL_SECONDS }: DeviceAuthorizationResponse,
    signal: AbortSignal,
  ): Promise<DeviceTokens> {
    const until = runtime.now() + expires_in * 1_000;
    let seconds = interval;
    for (;;) {
      await runtime.sleep(seconds * 1_000, signal);
      signal.throwIfAborted();
      if (runtime.now() >= until)
        throw unauthorized('The code has expired before anybody signed in with it.');
      try {
        return await calls.ask(device_code);
      } catch (error) {
        seconds = slower(error, seconds);
      }
    }
  }
  return {
    isOffered: async () =>
      (await calls.server().catch(clear)).device_authorization_endpoint !== undefined,
    async signIn(show, signal = new AbortController().signal) {
      const given = await calls.begin().catch(clear);
      show({
        address: given.verification_uri,
        code: given.user_code,
        link: given.verification_uri_complete,
        seconds: given.expires_in,
      });
      return wait(given, signal).catch((error: unknown) => {
        signal.throwIfAborted();
        return clear(error);
      });
    },
    renew: (refresh) => calls.renew(refresh).catch(clear),
    revoke: (refresh) => calls.revoke(refresh).catch(clear),
  };
}
