/** Recorded runs of real Nextflow, told by each of the sources, give the tasks that they had. */
import { describe, expect, test } from 'vitest';
import type { TaskPage } from '../../../src/core/tasks/task.ts';
import { getTask, traceOf } from '../../../src/engine/queries/tasks.ts';
import { type Case, DOMAIN, nextflowWorld, RECORDINGS, tableOf, takeAll } from './support.ts';

/** As `expected.json` counts: attempts that were submitted, whatever became of them. */
function counted({ counts, tasks }: TaskPage, source: Case['source']) {
  const { succeeded, failed, cached, ignored, retried, aborted } = counts;
  const isSubmitted = ({ submitted_at, status }: TaskPage['tasks'][number]): boolean =>
    submitted_at !== null && status !== 'cached';
  return {
    submitted: tasks.filter(isSubmitted).length,
    completed: succeeded,
    failed,
    cached: source === 'weblog' ? null : cached,
    ignored,
    retried,
    // The log file does not tell of tasks that were given up: they are shown so once the run is over.
    aborted: source === 'log' ? null : aborted,
  };
}

/** What a source cannot know, besides what it never tells. */
const EXCEPTIONS: Readonly<Record<string, Partial<Case['expected']['tasks']>>> = {
  // A task prints a line like Nextflow's own, and the console is text.
  'noisy-output file': { submitted: 3 },
  'noisy-output log': { submitted: 3 },
  // It prints nothing of tasks, by the option -q.
  'quiet-fail log': { submitted: 0 },
  // Nextflow reports it as aborted with exit code 0; it had ended well.
  'k8s-task-pod-lost log': { completed: 2 },
};

const comparable = (tasks: Case['expected']['tasks'], source: Case['source']) =>
  source === 'weblog'
    ? { ...tasks, cached: null }
    : source === 'log'
      ? { ...tasks, aborted: null }
      : tasks;

describe.skipIf(RECORDINGS.length === 0)('a recorded run', () => {
  test.each(RECORDINGS.map((each) => [each.name, each.source, each] as const))(
    '%s by %s',
    async (name, source, { news, expected }) => {
      const { world, runId } = await nextflowWorld();
      await takeAll(world, runId, news);
      const table = await tableOf(world, runId);
      expect(counted(table, source)).toEqual({
        ...comparable(expected.tasks, source),
        ...EXCEPTIONS[`${name} ${source}`],
      });
      expect(table.processes.reduce((sum, { counts }) => sum + counts.failed, 0)).toBe(
        table.counts.failed,
      );
      for (const { task } of table.tasks) {
        const one = await getTask(world, DOMAIN, runId, task);
        expect(one.task).toBe(task);
        expect(JSON.stringify(one)).not.toContain('"env"');
      }
      const trace = await traceOf(world, DOMAIN, runId);
      if ((source === 'tower' || source === 'weblog') && news.some(({ facts }) => facts !== null))
        expect(trace.session_id).toBe(expected.sessionId);
    },
  );
});
