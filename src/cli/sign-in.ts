/** A person's sign-in with a code, kept in a profile and renewed in it. */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  createDeviceSignIn,
  type DeviceTokens,
  type SignInParameters,
  SluiceError,
} from '../client/index.ts';
import { readProfiles, type SignIn, writeProfiles } from './files/profiles.ts';
import type { Terminal } from './terminal.ts';

/** So long before its end a token is renewed: a request, or a live connection, takes some time. */
const RENEW_MS = 120_000;

/** So often, with this pause, the file is looked at for what another process has written. */
const WRITTEN_TRIES = 3;
const WRITTEN_MS = 200;

/** Tokens that were signed in the same second may be the same. */
const isSame = (one: SignIn, other: SignIn): boolean =>
  one.refresh_token === other.refresh_token && one.expires_at === other.expires_at;

const lifeOf = ({ expires_at }: SignIn): number => Date.parse(expires_at) - Date.now();

const kept = (
  { issuer, client_id, scope }: SignInParameters,
  { access, refresh, seconds }: DeviceTokens,
  before?: SignIn,
): SignIn => {
  // A provider that gives no new one lets the old one be used again.
  const refresh_token = refresh ?? before?.refresh_token;
  return {
    issuer,
    client_id,
    scope,
    access_token: access,
    ...(refresh_token !== undefined && { refresh_token }),
    expires_at: new Date(Date.now() + seconds * 1_000).toISOString(),
  };
};

/** Shows a code and waits until the person has signed in with it. Undefined where the provider has none. */
export async function signInWithCode(
  terminal: Terminal,
  parameters: SignInParameters,
): Promise<SignIn | undefined> {
  const device = createDeviceSignIn({ parameters });
  if (!(await device.isOffered())) return undefined;
  const tokens = await device.signIn(({ address, code, link, seconds }) => {
    const minutes = Math.max(1, Math.round(seconds / 60));
    terminal.err(`To sign in, open ${address}\nand enter the code ${code}\n`);
    if (link !== undefined) terminal.err(`or open ${link}\n`);
    terminal.err(
      `Only if you started this yourself. Good for ${minutes} minutes; Ctrl-C gives up.\n`,
    );
  });
  return kept(parameters, tokens);
}

/** Writes it into its profile, unless that was removed or changed to another sign-in meanwhile. */
async function write(env: Terminal['env'], name: string, before: SignIn, after: SignIn) {
  const known = await readProfiles(env);
  const profile = known.profiles[name];
  if (profile?.sign_in?.refresh_token !== before.refresh_token) return;
  await writeProfiles(env, {
    ...known,
    profiles: {
      ...known.profiles,
      [name]: { ...profile, url: profile?.url ?? '', sign_in: after },
    },
  });
}

/** The access token of a profile, for each request: renewed before it ends, and written back. */
export function keptToken(
  env: Terminal['env'],
  name: string,
  first: SignIn,
): () => Promise<string> {
  let held = first;
  let renewing: Promise<void> | undefined;

  /** What another process has made of it. */
  const reread = async (): Promise<boolean> => {
    const found = (await readProfiles(env)).profiles[name]?.sign_in;
    if (found === undefined || isSame(found, held)) return false;
    held = found;
    return true;
  };
  const renew = async (): Promise<void> => {
    if ((await reread()) && lifeOf(held) > RENEW_MS) return;
    const before = held;
    if (before.refresh_token === undefined) return;
    try {
      const tokens = await createDeviceSignIn({ parameters: before }).renew(before.refresh_token);
      held = kept(before, tokens, before);
    } catch (error) {
      // The other process was faster, and the refresh token is good once: what it got is written in a moment.
      const isRefused = error instanceof SluiceError && error.code === 'unauthorized';
      for (let left = isRefused ? WRITTEN_TRIES : 0; left > 0; left -= 1) {
        if ((await reread()) && lifeOf(held) > 0) return;
        await sleep(WRITTEN_MS);
      }
      if (lifeOf(before) > 0) return;
      throw error;
    }
    await write(env, name, before, held);
  };
  return async () => {
    if (lifeOf(held) <= RENEW_MS)
      await (renewing ??= renew().finally(() => (renewing = undefined)));
    if (lifeOf(held) <= 0) throw new SluiceError('unauthorized', 401, 'The sign-in has ended.');
    return held.access_token;
  };
}

/** Ends a sign-in at its provider; the sentence tells what is left of it. */
export async function endSignIn({
  refresh_token,
  expires_at,
  ...parameters
}: SignIn): Promise<string> {
  const left =
    Date.parse(expires_at) > Date.now() ? ` Its access token lives until ${expires_at}.` : '';
  const revoked =
    refresh_token === undefined ||
    (await createDeviceSignIn({ parameters })
      .revoke(refresh_token)
      .catch(() => false));
  if (revoked) return `The sign-in has ended at the provider.${left}`;
  return `The provider was not told, or does not take it: end the sign-in there if the file may have been copied.${left}`;
}
