/** `open`: the page of the server, in a browser. */
import { Argument } from 'commander';
import type { Register } from '../command.ts';
import type { Context } from '../context.ts';
import { UsageError } from '../failure.ts';

const RUN = /^r[0-9a-z]{15}$/;

/** Screens of the page. */
const SCREENS = [
  'runs',
  'start',
  'lanes',
  'pipelines',
  'targets',
  'tokens',
  'domains',
  'audit',
  'me',
];
/** Where a thing has a screen of its own. */
const NAMED: Readonly<Record<string, string>> = {
  run: 'runs/',
  lane: 'lanes/',
  pipeline: 'pipelines/',
  target: 'targets/',
  start: 'start?pipeline=',
};

function pathOf(what: string | undefined, name: string | undefined): string {
  if (what === undefined) return '';
  if (name === undefined && RUN.test(what)) return `runs/${what}`;
  if (name === undefined && SCREENS.includes(what)) return what;
  const place = NAMED[what];
  if (place !== undefined && name !== undefined) return `${place}${encodeURIComponent(name)}`;
  const things = Object.keys(NAMED).map((thing) => `${thing} NAME`);
  throw new UsageError(
    `There is no page of ${[what, name].filter(Boolean).join(' ')}. Open one of: RUN, ${[...SCREENS, ...things].join(', ')}.`,
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
      new Argument(
        '[what]',
        `a run's id, ${[...SCREENS, 'lane', 'pipeline', 'target'].join(', ')}`,
      ),
    )
    .argument('[name]', 'of the lane, pipeline or target; for start, of the pipeline')
    .option('--print', 'only print the address')
    .action(
      act((context, what?: string, name?: string, options: { readonly print?: boolean } = {}) =>
        open(context, what, name, options),
      ),
    );
};
