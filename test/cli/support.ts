/** The command line on the memory world, with a terminal that remembers what was written. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createApi } from '../../src/api/app.ts';
import { runProgram } from '../../src/cli/program.ts';
import type { Terminal } from '../../src/cli/terminal.ts';
import { createClient } from '../../src/client/index.ts';
import { readKeepingParams } from '../../src/core/json/write.ts';
import { memoryWorld, QUICK } from '../support/world.ts';

export const ADMIN = 'an-admin-token-for-tests-of-the-command-line';
const URL_OF = 'http://127.0.0.1:7071';

export type Ran = {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** Standard output as JSON, one value a line. */
  readonly json: readonly Record<string, unknown>[];
};

export type CommandLine = {
  readonly folder: string;
  readonly memory: ReturnType<typeof memoryWorld>;
  run(...args: readonly string[]): Promise<Ran>;
  /** The same with more: input, variables, a person at the terminal. */
  with(more: Partial<Terminal> & { readonly input?: string }): CommandLine['run'];
};

/** How people sign in at the server, if they do. */
export type People = {
  readonly signIn: NonNullable<Parameters<typeof createApi>[1]['signIn']>;
  readonly identities: NonNullable<ReturnType<typeof memoryWorld>['world']['identities']>;
};

/** `driver`: what every driver does. */
export function commandLine(people?: People, driver = QUICK): CommandLine {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-cli-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const memory = memoryWorld({ script: () => driver });
  const world = { ...memory.world, ...(people && { identities: people.identities }) };
  const app = createApi(world, {
    ...(people && { signIn: people.signIn }),
    adminToken: ADMIN,
    openMode: false,
    corsOrigins: [],
    rateLimit: { perSecond: 10_000, burst: 10_000 },
    webPubSub: 'https://push.example.org',
    pageFile: async () => undefined,
    assets: async () => undefined,
  });
  const env = {
    SLUICE_URL: URL_OF,
    SLUICE_TOKEN: ADMIN,
    SLUICE_CONFIG: join(folder, 'config.json'),
  };
  const withMore: CommandLine['with'] =
    ({ input = '', ...more }) =>
    async (...args) => {
      let out = '';
      let err = '';
      const terminal: Terminal = {
        out: (text) => (out += text),
        outBytes: async (bytes) => void (out += new TextDecoder().decode(bytes)),
        err: (text) => (err += text),
        status: () => undefined,
        tty: false,
        canMove: false,
        canAsk: false,
        browse: async () => false,
        colours: false,
        columns: 100,
        readAll: async () => input,
        ask: () => Promise.reject(new Error('nobody is there')),
        onInterrupt: () => () => undefined,
        ...more,
        env: { ...env, ...more.env },
      };
      const code = await runProgram(terminal, args, ({ url, token = '' }) =>
        createClient({
          url,
          token,
          push: false,
          readJson: readKeepingParams,
          fetch: async (address, init) => app.fetch(new Request(address, init)),
        }),
      );
      const values = () =>
        out
          .trim()
          .split('\n')
          .filter((line) => line !== '')
          .map((line) => JSON.parse(line) as Record<string, unknown>);
      return {
        code,
        out,
        err,
        get json() {
          return values();
        },
      };
    };
  return { folder, memory, run: withMore({}), with: withMore };
}

/** The same in a domain that starts anything, one run at a time. */
export async function openCommandLine(driver = QUICK): Promise<CommandLine> {
  const line = commandLine(undefined, driver);
  await line.run('lanes', 'set', 'default', '--capacity', '1');
  const policy = { catalogue_only: false, lanes: 'any', images: null, repositories: null };
  await line.memory.world.store.commit('catalogue', 'default.policy', [
    { op: 'put', key: 'policy', values: { body: JSON.stringify(policy) } },
  ]);
  return line;
}
