/** What every command works with. */
import { type Client, createClient, type Token } from '../client/index.ts';
import { readKeepingParams, writeJson } from '../core/json/write.ts';
import { type FoundProfile, findProfile } from './files/profiles.ts';
import { keptToken } from './sign-in.ts';
import type { Terminal } from './terminal.ts';
import { type Colours, coloursOf } from './text/format.ts';

export type Options = {
  /** JSON in place of text: one value, or one a line for streams and lists. */
  readonly json?: boolean;
  readonly profile?: string;
};

/** Makes the client of a server. */
export type Connect = (to: { readonly url: string; readonly token?: Token }) => Client;

export const connect: Connect = ({ url, token }) =>
  createClient({ url, readJson: readKeepingParams, ...(token !== undefined && { token }) });

export type Context = {
  readonly terminal: Terminal;
  readonly json: boolean;
  readonly colours: Colours;
  readonly now: () => number;
  profile(): Promise<FoundProfile>;
  client(): Promise<Client>;
  connect: Connect;
  /** One JSON value, as one line. */
  printJson(value: unknown): void;
  /** Says that something was done which has no result of its own; as JSON it is the value. */
  done(text: string, value: Readonly<Record<string, unknown>>): void;
};

export function contextOf(terminal: Terminal, options: Options, connect: Connect): Context {
  const profile = () => findProfile(terminal.env, options.profile);
  const printJson = (value: unknown): void => terminal.out(`${writeJson(value)}\n`);
  return {
    terminal,
    json: options.json === true,
    colours: coloursOf(terminal),
    now: () => Date.now(),
    profile,
    client: async () => {
      const { url, token, sign_in, name = '' } = await profile();
      const own = sign_in === undefined ? token : keptToken(terminal.env, name, sign_in);
      return connect({ url, ...(own !== undefined && { token: own }) });
    },
    connect,
    printJson,
    done: (text, value) => (options.json ? printJson(value) : terminal.err(`${text}\n`)),
  };
}
