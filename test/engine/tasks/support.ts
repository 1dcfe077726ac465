/** Runs of Nextflow whose tasks are told, and what real Nextflow told of its runs, which is not part of this repository. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { consoleNews } from '../../../src/core/nextflow/trace/console-report.ts';
import { logReport } from '../../../src/core/nextflow/trace/log-lines.ts';
import { TOWER_CALLS, towerNews } from '../../../src/core/nextflow/trace/tower.ts';
import { traceFileReader } from '../../../src/core/nextflow/trace/trace-file.ts';
import { weblogNews } from '../../../src/core/nextflow/trace/weblog.ts';
import { newsOf, type TraceNews } from '../../../src/core/tasks/report.ts';
import type { TaskPage, TaskView } from '../../../src/core/tasks/task.ts';
import { submitRun } from '../../../src/engine/commands/submit.ts';
import { listTasks } from '../../../src/engine/queries/tasks.ts';
import { takeNews } from '../../../src/engine/store/tasks/task-store.ts';
import type { World } from '../../../src/ports/world.ts';
import { memoryWorld, nextflowRequest } from '../../support/world.ts';

export const DOMAIN = 'default';

/** A world with a run of Nextflow in it. */
export async function nextflowWorld() {
  const made = memoryWorld();
  const { run } = await submitRun(made.world, { domain: DOMAIN, request: nextflowRequest() });
  return { ...made, runId: run.run_id };
}

/** All tasks of the run, page by page, with the rest of the last page. */
export async function tableOf(world: World, runId: string, limit = 500): Promise<TaskPage> {
  const tasks: TaskView[] = [];
  for (let cursor: string | null | undefined; ; ) {
    const page = await listTasks(world, DOMAIN, runId, { limit, ...(cursor && { cursor }) });
    tasks.push(...page.tasks);
    cursor = page.next_cursor;
    if (cursor === null) return { ...page, tasks };
  }
}

export const takeAll = async (world: World, runId: string, all: readonly TraceNews[]) => {
  for (const news of all) await takeNews(world, runId, 1, news);
};

const FOLDER = join(import.meta.dirname, '../../../../shared/nextflow-lab/recordings');
const isThere = existsSync(FOLDER);
if (!isThere)
  console.info('Recordings of Nextflow are not beside the repository: their tests are skipped.');

const read = (name: string, file: string): string | null => {
  const path = join(FOLDER, name, file);
  return existsSync(path) ? readFileSync(path, 'utf8') : null;
};

type Recorded = { readonly path: string; readonly body: unknown };
const requests = (text: string): Recorded[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Recorded);

function tower(text: string): TraceNews[] {
  return requests(text).map(({ path, body }) => {
    const call = TOWER_CALLS.find((each) => path.endsWith(each)) ?? 'heartbeat';
    return towerNews(call, body);
  });
}

/** The console first, then the rows, as one who reads both may see them. */
function file(rows: string, console: string): TraceNews[] {
  const said = console.split('\n').map((line, at) => consoleNews(line, 1_795_193_600_000 + at));
  const reader = traceFileReader();
  const told = rows.split('\n').map((line) => reader.line(line));
  return [
    ...said.filter((news) => news !== null),
    newsOf(
      'file',
      told.filter((report) => report !== null),
    ),
  ];
}

/** The console, then what the container beside the driver prints of the log file. */
function log(records: string, console: string): TraceNews[] {
  const at = 1_795_193_600_000;
  const said = console.split('\n').map((line, index) => consoleNews(line, at + index));
  const told = records.split('\n').map((line, index) => logReport(line, at + 10_000 + index));
  return [
    ...said.filter((news) => news !== null).map((news) => ({ ...news, source: 'log' as const })),
    newsOf(
      'log',
      told.filter((report) => report !== null),
    ),
  ];
}

export type Case = {
  readonly name: string;
  readonly source: 'tower' | 'weblog' | 'file' | 'log';
  readonly news: readonly TraceNews[];
  readonly expected: {
    readonly outcome: string;
    readonly sessionId: string | null;
    readonly tasks: Readonly<Record<string, number>>;
  };
};

function casesOf(name: string): Case[] {
  const expected = JSON.parse(read(name, 'expected.json') ?? '{}') as Case['expected'];
  const [calls, events, rows, records] = [
    'tower.jsonl',
    'weblog.jsonl',
    'trace.txt',
    'nextflow.log',
  ].map((each) => read(name, each));
  return [
    ...(calls ? [{ name, source: 'tower' as const, news: tower(calls), expected }] : []),
    ...(events
      ? [
          {
            name,
            source: 'weblog' as const,
            news: requests(events).map(({ body }) => weblogNews(body)),
            expected,
          },
        ]
      : []),
    ...(records
      ? [
          {
            name,
            source: 'log' as const,
            news: log(records, read(name, 'console.txt') ?? ''),
            expected,
          },
        ]
      : []),
    ...(rows
      ? [
          {
            name,
            source: 'file' as const,
            news: file(rows, read(name, 'console.txt') ?? ''),
            expected,
          },
        ]
      : []),
  ];
}

/** Each recorded run by each source that told of it; none where there are no recordings. */
export const RECORDINGS: readonly Case[] = isThere ? readdirSync(FOLDER).flatMap(casesOf) : [];
