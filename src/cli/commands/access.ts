/** `login`, `logout`, `profiles`, `whoami`, `tokens`. */
import { type Client, SluiceError } from '../../client/index.ts';
import { choice, type Register } from '../command.ts';
import type { Context } from '../context.ts';
import { UsageError } from '../failure.ts';
import { guarded, type Profile, readProfiles, writeProfiles } from '../files/profiles.ts';
import { endSignIn, signInWithCode } from '../sign-in.ts';
import { localTime, oneLine } from '../text/format.ts';
import { details, table } from '../text/table.ts';

const DEFAULT_NAME = 'default';

type Caller = Awaited<ReturnType<Client['tokens']['whoami']>>;

function showCaller(context: Context, url: string, caller: Caller): void {
  if (context.json) {
    context.printJson({ ...caller, url });
    return;
  }
  details(context.terminal, [
    ['server', url],
    ['caller', caller.name === null ? caller.id : `${oneLine(caller.name)} (${caller.id})`],
    ['domain', caller.domain],
    ['may', caller.scopes.join(', ')],
    ['until', caller.expires_at === null ? '' : localTime(caller.expires_at)],
  ]);
}

/** Who has the token, or undefined where the server asks for another one. */
async function check({ connect }: Context, profile: Profile): Promise<Caller | undefined> {
  const { url, token = profile.sign_in?.access_token } = guarded(profile);
  const client = connect({ url, ...(token !== undefined && { token }) });
  return client.tokens.whoami().catch((error: unknown) => {
    if (error instanceof SluiceError && error.code === 'unauthorized') return undefined;
    throw error;
  });
}

type LoginOptions = {
  readonly name?: string;
  readonly token?: boolean;
  readonly tokenStdin?: boolean;
  readonly device?: boolean;
};

/** A person signs in with a code where the server has a provider for that; undefined where not. */
async function withCode(
  context: Context,
  url: string,
  { token = false, device = false }: LoginOptions,
): Promise<Profile | undefined> {
  const { terminal } = context;
  if (token || !(device || terminal.canAsk)) return undefined;
  const parameters = await context.connect({ url }).signIn();
  const sign_in = parameters === null ? undefined : await signInWithCode(terminal, parameters);
  if (sign_in !== undefined) return { url, sign_in };
  if (!device) return undefined;
  throw new UsageError(
    parameters === null
      ? 'People do not sign in at this server: it asks for a token. Leave out --device.'
      : 'The provider of sign-ins offers no codes for devices. Leave out --device, and give a token.',
  );
}

/** The profile of who signs in, as far as the server does not take everybody. */
async function signedIn(context: Context, url: string, options: LoginOptions): Promise<Profile> {
  const { terminal } = context;
  // Never SLUICE_TOKEN: it may be of another server.
  if (options.tokenStdin) return { url, token: (await terminal.readAll()).trim() };
  guarded({ url, token: 'to come' });
  const person = await withCode(context, url, options);
  if (person !== undefined) return person;
  if (!terminal.canAsk)
    throw new UsageError(
      'The server asks for a token: send it with --token-stdin, or sign in as a person with --device.',
    );
  return { url, token: (await terminal.ask(`Token for ${url}: `, true)).trim() };
}

async function login(context: Context, given: string, options: LoginOptions): Promise<void> {
  const { terminal } = context;
  const { name = DEFAULT_NAME } = options;
  if (!URL.canParse(given) || !/^https?:/.test(given))
    throw new UsageError(`${given} is no address, such as https://sluice.example.org`);
  const { origin, pathname } = new URL(guarded({ url: given }).url);
  const url = `${origin}${pathname}`.replace(/\/+$/, '');
  const isAsked = options.tokenStdin || options.token || options.device;
  let profile: Profile = { url };
  let caller = isAsked ? undefined : await check(context, profile);
  if (caller === undefined) {
    profile = await signedIn(context, url, options);
    if (profile.token === '') throw new UsageError('No token was given.');
    caller = await check(context, profile);
  }
  if (caller === undefined)
    throw new SluiceError(
      'unauthorized',
      401,
      profile.sign_in === undefined
        ? 'The server does not know this token.'
        : 'You have signed in, but the server does not take it: its settings name another provider, tenant or audience.',
    );
  const { profiles } = await readProfiles(terminal.env);
  const path = await writeProfiles(terminal.env, {
    current: name,
    profiles: { ...profiles, [name]: profile },
  });
  showCaller(context, url, caller);
  terminal.err(`Kept as the profile ${name} in ${path}, which you alone can read.\n`);
}

async function logout(context: Context, name: string | undefined): Promise<void> {
  const { terminal } = context;
  const { current, profiles } = await readProfiles(terminal.env);
  const gone = name ?? current;
  const profile = gone === null ? undefined : profiles[gone];
  if (gone === null || profile === undefined) {
    const known = Object.keys(profiles).join(', ') || 'none';
    throw new UsageError(`There is no profile ${gone ?? 'in use'}; known: ${known}.`);
  }
  const { [gone]: _, ...rest } = profiles;
  await writeProfiles(terminal.env, { current: gone === current ? null : current, profiles: rest });
  let left = '';
  if (profile.sign_in !== undefined) left = await endSignIn(profile.sign_in);
  else if (profile.token !== undefined)
    left = 'Its token still works: revoke it with `sluice tokens revoke`.';
  context.done(`Removed the profile ${gone}. ${left}`.trim(), { removed: gone });
}

async function listProfiles(context: Context, use: string | undefined): Promise<void> {
  const known = await readProfiles(context.terminal.env);
  if (use !== undefined) {
    if (known.profiles[use] === undefined) throw new UsageError(`There is no profile ${use}.`);
    await writeProfiles(context.terminal.env, { ...known, current: use });
  }
  const current = use ?? known.current;
  const shown = Object.entries(known.profiles).map(([name, { url, token, sign_in }]) => ({
    name,
    url,
    token: token !== undefined,
    signed_in: sign_in !== undefined,
    current: name === current,
  }));
  if (context.json) for (const profile of shown) context.printJson(profile);
  else
    table(
      context.terminal,
      ['', 'PROFILE', 'SERVER', 'TOKEN'],
      shown.map(({ name, url, token, signed_in, current: is }) => [
        is ? '*' : '',
        name,
        url,
        signed_in ? 'sign-in' : token ? 'yes' : 'no',
      ]),
    );
}

const SCOPES = ['read', 'launch', 'run', 'admin'] as const;
type TokenOptions = {
  readonly scope?: readonly string[];
  readonly expires?: string;
  readonly domain?: string;
};

async function listTokens(context: Context): Promise<void> {
  const all = await (await context.client()).tokens.list();
  if (context.json) for (const token of all) context.printJson(token);
  else
    table(
      context.terminal,
      ['TOKEN', 'NAME', 'MAY', 'UNTIL', 'LAST USED'],
      all.map(({ id, name, scopes, expires_at, last_used_at }) => [
        id,
        oneLine(name),
        scopes.join(','),
        expires_at === null ? 'no end' : localTime(expires_at),
        last_used_at === null ? 'never' : localTime(last_used_at),
      ]),
    );
}

function printNew(context: Context, made: { readonly token: string; readonly id: string }): void {
  if (context.json) context.printJson(made);
  else {
    context.terminal.out(`${made.token}\n`);
    context.terminal.err(`This is ${made.id}; it is shown this once.\n`);
  }
}

const registerTokens: Register = (program, act) => {
  const tokens = program.command('tokens').summary('tokens of the domain').action(act(listTokens));
  tokens
    .command('create')
    .summary('make a token; it is printed once')
    .argument('<name>', 'for people')
    .addOption(choice('--scope <scope>', 'what it may do; several are possible', SCOPES, 'several'))
    .option('--expires <time>', 'when it ends, RFC 3339; never by default')
    .option(
      '--domain <domain>',
      'of another domain; for the admin token and admins of the settings',
    )
    .action(
      act(async (context, name: string, { scope = ['read'], expires, domain }: TokenOptions) => {
        const scopes = SCOPES.filter((each) => scope.includes(each));
        const request = {
          name,
          scopes,
          ...(expires !== undefined && { expires_at: expires }),
          ...(domain !== undefined && { domain }),
        };
        printNew(context, await (await context.client()).tokens.create(request));
      }),
    );
  tokens
    .command('rotate')
    .summary('make one in its place, which ends an hour later')
    .argument('<token>', 'id of the token')
    .action(
      act(async (context, id: string) =>
        printNew(context, await (await context.client()).tokens.rotate(id)),
      ),
    );
  tokens
    .command('revoke')
    .summary('end a token')
    .argument('<token>', 'id of the token')
    .action(
      act(async (context, id: string) => {
        await (await context.client()).tokens.revoke(id);
        context.done(`Revoked ${id}.`, { revoked: id });
      }),
    );
};

export const registerAccess: Register = (program, act) => {
  program
    .command('login')
    .summary('keep a server, and sign in where it asks for that')
    .description(
      'Keeps the address of a server in a profile. Where the server asks who you are, you sign in with a code in any browser, or paste a token.',
    )
    .argument('<url>', 'address of the server')
    .option('--name <name>', 'name of the profile', DEFAULT_NAME)
    .option('--token', 'ask for a token, without showing it, in place of a sign-in')
    .option('--token-stdin', 'read the token from standard input')
    .option('--device', 'sign in with a code, also where nobody can be asked')
    .action(act((context, url: string, options: LoginOptions) => login(context, url, options)));
  program
    .command('logout')
    .summary('forget a profile')
    .argument('[name]', 'the current one by default')
    .action(act((context, name?: string) => logout(context, name)));
  program
    .command('profiles')
    .summary('servers that are known')
    .argument('[name]', 'makes it the current one')
    .action(act((context, name?: string) => listProfiles(context, name)));
  program
    .command('whoami')
    .summary('whose token this is, and what it may do')
    .action(
      act(async (context) => {
        const { url } = await context.profile();
        showCaller(context, url, await (await context.client()).tokens.whoami());
      }),
    );
  registerTokens(program, act);
};
