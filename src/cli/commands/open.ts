/** `open`: the page of the server, in a browser. */
import { Argument } from 'commander';
import type { Register } from '../command.ts';
import type { Context } from '../context.ts';
import { UsageError } from '../failure.ts';

const RUN = /^r[0-9a-z]{15}$/;

/** What there is to open, with the screen of the page; with a name, what it is of. */
const SCREENS: Readonly<Record<string, string>> = {
  runs: 'runs',
  start: 'start',
  lanes: 'lanes',
  pipelines: 'pipelines',
  targets: 'targets',
  tokens: 'tokens',
  domains: 'domains',
  me: 'me',
};
/** What one thing of a screen is called, with the parameter of the address that names it. */
const NAMED: Readonly<Record<string, readonly [screen: string, parameter: string]>> = {
  start: ['start', 'pipeline'],
  lane: ['runs', 'lane'],
  pipeline: ['runs', 'pipeline'],
};

function pathOf(what: string | undefined, name: string | undefined): string {
  if (what === undefined) return '';
  if (what === 'run' || RUN.test(what)) {
    const id = what === 'run' ? name : what;
    if (id === undefined || (what !== 'run' && name !== undefined))
      throw new UsageError('Say which run: `sluice open RUN`.');
    return `runs/${encodeURIComponent(id)}`;
  }
  const screen = SCREENS[what];
  if (name === undefined && screen !== undefined) return screen;
  const [of, parameter] = NAMED[what] ?? [];
  if (of !== undefined && name !== undefined)
    return `${of}?${parameter}=${encodeURIComponent(name)}`;
  const known = ['RUN', ...Object.keys(SCREENS), 'lane NAME', 'pipeline NAME', 'start NAME'];
  throw new UsageError(
    `There is no page of ${[what, name].filter(Boolean).join(' ')}. Open one of: ${known.join(', ')}.`,
  );
}

/** The address of a screen. Nobody signs in by an address: browsers and proxies keep those. */
export function pageOf(server: string, path: string): string {
  const url = new URL(server);
  const base = `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
  return `${base}/ui/${path}`;
}

async function open(
  context: Context,
  what: string | undefined,
  name: string | undefined,
  options: { readonly print?: boolean },
): Promise<void> {
  const { terminal } = context;
  const url = pageOf((await context.profile()).url, pathOf(what, name));
  const opened = !options.print && !context.json && terminal.tty && (await terminal.browse(url));
  if (context.json) context.printJson({ url });
  else if (opened) terminal.err(`Opened ${url}\n`);
  else terminal.out(`${url}\n`);
}

export const registerOpen: Register = (program, act) => {
  program
    .command('open')
    .summary('open the page in a browser')
    .description(
      'Opens the page of the server in your browser; prints its address where there is none. The page signs you in by itself.',
    )
    .addArgument(
      new Argument('[what]', `a run's id, ${Object.keys(SCREENS).join(', ')}, lane, pipeline`),
    )
    .argument('[name]', 'of the lane or pipeline')
    .option('--print', 'only print the address')
    .action(
      act((context, what?: string, name?: string, options: { readonly print?: boolean } = {}) =>
        open(context, what, name, options),
      ),
    );
};
