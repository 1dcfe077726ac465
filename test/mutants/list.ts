/** The bugs that the property test exists for, by subject. Each is put into a copy of the source and must be caught. */
import { globSync } from 'node:fs';
import { SIGN_IN } from './list/access/sign-in.ts';
import { TRACE } from './list/access/trace.ts';
import { CLEANUP } from './list/cleanup.ts';
import { DISPATCH } from './list/dispatch.ts';
import { FOLLOWERS } from './list/followers.ts';
import { JOBS } from './list/jobs.ts';
import { LANES } from './list/lanes.ts';
import { LOG } from './list/log.ts';
import { LOG_READS } from './list/log-reads.ts';
import { PARAMS } from './list/params.ts';
import { POLICY, QUOTAS } from './list/policy.ts';
import { FILES } from './list/runs/files.ts';
import { SESSIONS } from './list/runs/sessions.ts';
import { TRACE_CONTAINERS } from './list/runs/trace-container.ts';
import { STARTS } from './list/starts.ts';
import { SQLITE } from './list/storage/sqlite.ts';
import { TASKS } from './list/storage/tasks.ts';
import { TIMER } from './list/timer.ts';
import { TOKENS } from './list/tokens.ts';

export type Mutant = {
  readonly name: string;
  readonly file: string;
  /** Occurs exactly once in the file. */
  readonly find: string;
  readonly replace: string;
  /** Tests that hold it, by the names of files below `test/engine` without an ending, or by paths below `test`; without them all of the engine are run. */
  readonly tests?: readonly string[];
};

/**
 * The one file below `test/engine` with that name, or its beginning; with a slash it is a path below `test`. Throws where there is none, or more
 * than one.
 */
export function testPath(name: string): string {
  const place = name.includes('/') ? name : `engine/**/${name}`;
  const found = globSync(`test/${place}.*`, { cwd: new URL('../..', import.meta.url) });
  if (found.length !== 1)
    throw new Error(`${found.length} tests of the engine have the name ${name}`);
  return found.join();
}

/** Where `find` stands. Formatting may have folded the line: neither white space nor a trailing comma counts. */
export function patternOf({ find }: Mutant): RegExp {
  const tokens = find.match(/\w+|[^\s\w]/g) ?? [];
  const escaped = tokens.map((token) => token.replace(/[.*+?^${}()|[\]\\]/, '\\$&'));
  return new RegExp(
    escaped.map((token) => (/^\\?[)\]}]$/.test(token) ? `,?\\s*${token}` : token)).join('\\s*'),
    'g',
  );
}

export const MUTANTS: readonly Mutant[] = [
  ...JOBS,
  ...LANES,
  ...LOG,
  ...FOLLOWERS,
  ...STARTS,
  ...FILES,
  ...SESSIONS,
  ...TRACE_CONTAINERS,
  ...CLEANUP,
  ...TIMER,
  ...TRACE,
  ...PARAMS,
  ...POLICY,
  ...QUOTAS,
  ...DISPATCH,
  ...TOKENS,
  ...LOG_READS,
  ...SIGN_IN,
  ...SQLITE,
  ...TASKS,
];
