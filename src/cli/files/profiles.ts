/** Servers that are known by name: a file of the user alone. */
import { chmod, mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { isLoopback } from '../../core/access/address/loopback.ts';
import { isAbsent, UsageError } from '../failure.ts';
import type { Terminal } from '../terminal.ts';

/** Of a person who signed in with a code: what is needed to renew it, and the tokens. */
const SignIn = z.strictObject({
  issuer: z.url(),
  client_id: z.string(),
  scope: z.string(),
  access_token: z.string().min(1),
  refresh_token: z.string().min(1).optional(),
  /** RFC 3339. */
  expires_at: z.string(),
});
const Profile = z.strictObject({
  url: z.url(),
  token: z.string().min(1).optional(),
  sign_in: SignIn.optional(),
});
const Profiles = z.strictObject({
  current: z.string().nullable(),
  profiles: z.record(z.string().min(1), Profile),
});
export type Profile = z.infer<typeof Profile>;
export type SignIn = z.infer<typeof SignIn>;
export type Profiles = z.infer<typeof Profiles>;

/** With the name that it has in the file; one of the environment has none. */
export type FoundProfile = Profile & { readonly name?: string };

type Env = Terminal['env'];

/** `SLUICE_CONFIG`, or `sluice/config.json` in the user's folder of settings. */
export function profilesPath(env: Env): string {
  const folder = env['XDG_CONFIG_HOME'] || join(env['HOME'] || homedir(), '.config');
  return env['SLUICE_CONFIG'] || join(folder, 'sluice', 'config.json');
}

const OTHERS = 0o077;

/** Reads the file; without one there are no profiles. Throws UsageError when others can read it, or it is no such file. */
export async function readProfiles(env: Env): Promise<Profiles> {
  const path = profilesPath(env);
  try {
    const { mode } = await stat(path);
    if (process.platform !== 'win32' && (mode & OTHERS) !== 0)
      throw new UsageError(`${path} has tokens, and others may read it. Run: chmod 600 ${path}`);
    return Profiles.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    // Only a file that is not there has no profiles: another one would be written over.
    if (isAbsent(error)) return { current: null, profiles: {} };
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${path} cannot be read; mend or remove it. ${String(error)}`);
  }
}

/** Replaces the file as a whole, with mode 600 from its first byte on. */
export async function writeProfiles(env: Env, profiles: Profiles): Promise<string> {
  const path = profilesPath(env);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${process.pid}.new`;
  await writeFile(draft, `${JSON.stringify(profiles, null, 2)}\n`, { mode: 0o600 });
  await chmod(draft, 0o600);
  await rename(draft, path);
  return path;
}

/** Refuses to send a token over a network in clear text, and an address with a password, which errors would show. */
export function guarded<P extends Profile>(profile: P): P {
  const { protocol, hostname, username, password } = new URL(profile.url);
  if (username !== '' || password !== '')
    throw new UsageError(
      'The address of the server has a name or password in it. Give it without, and the token by `sluice login` or SLUICE_TOKEN.',
    );
  const isOpen = profile.token === undefined && profile.sign_in === undefined;
  if (isOpen || protocol === 'https:' || isLoopback(hostname)) return profile;
  throw new UsageError(`${profile.url} is not https: the token would be readable on the way.`);
}

/**
 * Where to go: `SLUICE_URL` with `SLUICE_TOKEN`, or the profile that the option or `SLUICE_PROFILE` names, or the current one.
 * `SLUICE_TOKEN` is for `SLUICE_URL`, and for profiles without a token of their own. Throws UsageError when nothing says
 * where, and for a token that would go over a network in clear text.
 */
export async function findProfile(env: Env, named: string | undefined): Promise<FoundProfile> {
  const token = env['SLUICE_TOKEN'];
  const withToken = (profile: FoundProfile): FoundProfile => {
    const hasOwn = profile.token !== undefined || profile.sign_in !== undefined;
    return guarded(token && !hasOwn ? { ...profile, token } : profile);
  };
  const url = env['SLUICE_URL'];
  if (named === undefined && url) {
    if (!URL.canParse(url)) throw new UsageError(`SLUICE_URL is ${url}, which is no address.`);
    return withToken({ url });
  }
  const { current, profiles } = await readProfiles(env);
  const name = named ?? env['SLUICE_PROFILE'] ?? current;
  if (!name)
    throw new UsageError('No server is known. Sign in with `sluice login URL`, or set SLUICE_URL.');
  const profile = profiles[name];
  if (profile === undefined) {
    const known = Object.keys(profiles).join(', ') || 'none';
    throw new UsageError(`There is no profile ${name}; known: ${known}.`);
  }
  return withToken({ ...profile, name });
}
