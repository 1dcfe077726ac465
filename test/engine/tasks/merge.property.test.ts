/** Any order, repetition and splitting of what Nextflow tells gives the same tasks, whatever storage does meanwhile. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type FaultPlan, withFaults } from '../../../src/adapters/memory/faults.ts';
import { consoleNews } from '../../../src/core/nextflow/trace/console-report.ts';
import { taskReport } from '../../../src/core/nextflow/trace/task-report.ts';
import { towerNews } from '../../../src/core/nextflow/trace/tower.ts';
import { newsOf, type TaskReport, type TraceNews } from '../../../src/core/tasks/report.ts';
import { takeNews } from '../../../src/engine/store/tasks/task-store.ts';
import type { World } from '../../../src/ports/world.ts';
import { nextflowWorld, RECORDINGS, tableOf, takeAll } from './support.ts';

const STATUSES = ['NEW', 'SUBMITTED', 'RUNNING', 'COMPLETED', 'CACHED', 'FAILED', 'ABORTED'];

/** Several tasks, each in several states, of several reporters. */
const reports = fc.array(
  fc
    .record({
      task_id: fc.option(fc.nat({ max: 6 }), { nil: undefined }),
      status: fc.constantFrom(...STATUSES),
      exit: fc.constantFrom(0, 1, 2_147_483_647),
      error_action: fc.constantFrom(null, 'RETRY', 'IGNORE'),
      realtime: fc.nat(1_000),
      instant: fc.nat(5),
      from: fc.constantFrom('trace' as const, 'console' as const, 'pod' as const),
    })
    .map(({ instant, from, task_id, ...fields }): TaskReport | null => {
      const number = task_id ?? fields.realtime % 7;
      const known = { hash: `ab/00000${number}`, name: `P${number % 3} (${number})` };
      const id = from === 'trace' ? { task_id: number } : {};
      return taskReport({ ...fields, ...known, ...id }, from, instant);
    })
    .filter((report) => report !== null),
  { minLength: 1, maxLength: 30 },
);

/** The same in another order, some of it twice, in other parts. */
const shuffled = (all: readonly TraceNews[]) =>
  fc.infiniteStream(fc.nat()).map((stream): TraceNews[] => {
    const next = (): number => stream.next().value ?? 0;
    const parts = all.flatMap((news) => {
      const { tasks, ...rest } = news;
      const singly = tasks.map((task) => ({ ...newsOf(news.source, [task]) }));
      const rests = [{ ...rest, tasks: [] }];
      return next() % 3 === 0
        ? [news, ...singly]
        : next() % 3 === 1
          ? [...rests, ...singly]
          : [news];
    });
    return parts
      .map((part) => [next(), part] as const)
      .sort(([a], [b]) => a - b)
      .map(([, part]) => part);
  });

/** All that is stored of the tasks, but for when it was heard. */
async function stored(world: World, runId: string): Promise<unknown> {
  const table = await tableOf(world, runId);
  const rows = await world.store.list('runs', runId, { from: 't.', before: 't.~', limit: 1_000 });
  return { table, rows: rows.map(({ key, values }) => [key, values]) };
}

async function told(all: readonly TraceNews[]): Promise<unknown> {
  const { world, runId } = await nextflowWorld();
  await takeAll(world, runId, all);
  return stored(world, runId);
}

describe('any order, repetition and splitting gives the same', () => {
  test.each(['tower', 'file'] as const)('of made-up tasks by %s', async (source) => {
    await fc.assert(
      fc.asyncProperty(
        reports.chain((all) => {
          const trace = all.filter(({ from }) => source === 'file' || from === 'trace');
          const news = [newsOf(source, trace)];
          return fc.tuple(fc.constant(news), shuffled(news));
        }),
        async ([news, other]) => {
          expect(await told(other)).toEqual(await told(news));
        },
      ),
      { numRuns: 60 },
    );
  });

  test.skipIf(RECORDINGS.length === 0)('of recorded runs', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc
          .constantFrom(...RECORDINGS)
          .chain(({ news }) => fc.tuple(fc.constant(news), shuffled(news))),
        async ([news, other]) => {
          expect(await told(other)).toEqual(await told(news));
        },
      ),
      { numRuns: 60 },
    );
  });
});

/** Gives the news again until storage takes them, as Nextflow does. */
async function takeStubbornly(world: World, runId: string, news: TraceNews): Promise<void> {
  for (let tries = 0; tries < 50; tries += 1) {
    try {
      await takeNews(world, runId, 1, news);
      return;
    } catch (error) {
      if (tries === 49) throw error;
    }
  }
}

test('storage that fails before and after its commits, and writers at once, lose and double nothing', async () => {
  await fc.assert(
    fc.asyncProperty(
      reports,
      fc.array(fc.constantFrom('none', 'before', 'after', 'none', 'none'), { maxLength: 60 }),
      async (all, faults) => {
        const news = all
          .filter(({ from }) => from === 'trace')
          .map((report) => newsOf('tower', [report]));
        const { world, runId } = await nextflowWorld();
        let calls = 0;
        const plan: FaultPlan = () => faults[calls++] ?? 'none';
        const store = withFaults(world.store, plan);
        const faulty = { ...world, store };
        const half = Math.ceil(news.length / 2);
        await Promise.all(
          [news.slice(0, half), news.slice(half), news].map(async (part) => {
            for (const each of part) await takeStubbornly(faulty, runId, each);
          }),
        );
        expect(await stored(world, runId)).toEqual(await told(news));
      },
    ),
    { numRuns: 60 },
  );
});

test('a task that the trace has told of is not told a second time by the console', async () => {
  const { world, runId } = await nextflowWorld();
  const t = { taskId: 1, status: 'RUNNING', hash: 'ab/cdef12', name: 'A (x)', process: 'A' };
  await takeNews(
    world,
    runId,
    1,
    towerNews('create', { runName: 'x', sessionId: 's', workflowId: runId }),
  );
  await takeNews(world, runId, 1, towerNews('progress', { tasks: [t], instant: 1 }));
  for (const line of [
    '[ab/cdef12] Submitted process > A (x)',
    '[cd/cdef12] Submitted process > A (y)',
    'N E X T F L O W  ~  version 24.10.5',
  ]) {
    const news = consoleNews(line, 5);
    if (news) await takeNews(world, runId, 1, { ...news, source: 'console' });
  }
  await takeNews(
    world,
    runId,
    1,
    towerNews('progress', {
      tasks: [{ ...t, taskId: 2, hash: 'cd/cdef12', name: 'A (y)' }],
      instant: 2,
    }),
  );
  const table = await tableOf(world, runId);
  expect(table.source).toBe('tower');
  expect(table.tasks.map(({ task }) => task)).toEqual(['1', '2']);
  expect(table.counts.running).toBe(2);
  expect(table.counts.submitted).toBe(0);
});
