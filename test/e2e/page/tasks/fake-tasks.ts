/** A run of Nextflow before an API of made-up tasks. */
import type { RunEvent, RunView, TaskView } from '../../../../src/client/index.ts';
import { sumCounts } from '../../../../src/core/tasks/status.ts';
import { countsOf, inStatus, madeTask } from '../../../page/tasks/made-tasks.ts';
import { FakeApi, madeRun } from '../runs/fake-api.ts';

/** So that what runs now began a moment ago. */
export const BEGIN = Date.now() - 40 * 60_000;

/** Some of everything: the last quarter is not over yet. */
export function someTasks(count: number): TaskView[] {
  return Array.from({ length: count }, (_, index) => {
    const share = index / count;
    if (share > 0.92) return madeTask(index, count, BEGIN, inStatus('pending'));
    if (share > 0.86) return madeTask(index, count, BEGIN, inStatus('submitted'));
    if (share > 0.75) return madeTask(index, count, BEGIN, inStatus('running'));
    if (index % 41 === 17)
      return madeTask(index, count, BEGIN, {
        ...inStatus('failed'),
        exit: 137,
        error_action: 'retry',
      });
    if (index % 41 === 18) {
      const before = madeTask(index - 1, count, BEGIN);
      const { process, tag, name } = before;
      return madeTask(index, count, BEGIN, { process, tag, name, attempt: 2 });
    }
    if (index % 53 === 30)
      return madeTask(index, count, BEGIN, { ...inStatus('failed'), error_action: 'ignore' });
    return madeTask(index, count, BEGIN, index % 9 === 4 ? inStatus('cached') : {});
  });
}

export class FakeTasks extends FakeApi {
  readonly run: RunView;
  tasks: TaskView[];
  dag: string | null = null;
  /** Queries of the list of tasks. */
  readonly listed: string[] = [];
  readonly #events: RunEvent[] = [];
  #seq = 3;

  constructor(tasks: readonly TaskView[], more: Partial<RunView> = {}) {
    const counts = sumCounts(countsOf(tasks).map((each) => each.counts));
    const run = madeRun(0, BEGIN, {
      kind: 'nextflow',
      pipeline: 'rnaseq',
      created_at: new Date(BEGIN).toISOString(),
      progress:
        tasks.length === 0
          ? null
          : { completed: counts.succeeded, total: tasks.length, percent: null, tasks: counts },
      ...more,
    });
    super([run]);
    this.run = run;
    this.tasks = [...tasks];
  }

  get #counts() {
    const processes = countsOf(this.tasks);
    return { processes, counts: sumCounts(processes.map(({ counts }) => counts)) };
  }

  /** Changes tasks, and tells of them as the server does. */
  changeTasks(changed: readonly TaskView[], more = false): void {
    const known = new Map(this.tasks.map((task) => [task.task, task]));
    for (const task of changed) known.set(task.task, task);
    this.tasks = [...known.values()];
    const names = new Set(changed.map(({ process }) => process));
    const processes = this.#counts.processes.filter(({ name }) => names.has(name));
    this.#seq += 1;
    const event: RunEvent = {
      seq: this.#seq,
      run_id: this.run.run_id,
      type: 'tasks',
      timestamp: new Date().toISOString(),
      data: { processes, tasks: changed.slice(0, 100), more },
    };
    this.#events.push(event);
    this.publish([event]);
  }

  /** Undefined, a refusal, for more than the server gives at once. */
  page(query: URLSearchParams) {
    this.listed.push(query.toString());
    if (Number(query.get('limit')) > 500) return undefined;
    const begin = Number(query.get('cursor') ?? 0);
    const end = begin + Number(query.get('limit') ?? 100);
    return {
      tasks: this.tasks.slice(begin, end),
      ...this.#counts,
      source: 'tower',
      next_cursor: end < this.tasks.length ? String(end) : null,
    };
  }

  detail(id: string): unknown {
    const [hash, rest] = id.split('-');
    const task = this.tasks.find((each) => each.task === id || each.hash === `${hash}/${rest}`);
    return (
      task && {
        ...task,
        script: `\n    fastqc --threads ${task.cpus} --memory 4096 \\\n        sample_R1.fastq.gz sample_R2.fastq.gz\n\n    cat <<-END > versions.yml\n    fastqc: 0.12.1\n    END\n`,
        executor: 'k8s',
        scratch: null,
        modules: [],
        hostname: 'node-7',
        log: task.status === 'failed' ? 'kept' : task.status === 'running' ? 'live' : 'none',
      }
    );
  }

  override answer(path: string, query: URLSearchParams): unknown {
    const base = `/runs/${this.run.run_id}`;
    if (path === `${base}/tasks`) return this.page(query);
    const [, task, isLog] = /\/tasks\/([\w.-]+)(\/log)?$/.exec(path) ?? [];
    if (task !== undefined && isLog !== undefined)
      return 'Started analysis of sample_R1.fastq.gz\n\x1b[31mERROR\x1b[0m <b>no</b> space left on device\n';
    if (task !== undefined) return this.detail(task);
    if (path === `${base}/trace`)
      return {
        ...this.#counts,
        source: 'tower',
        session_id: null,
        nextflow_version: '25.10.2',
        repository: null,
        revision: null,
        commit_id: null,
        project_dir: null,
        launch_dir: null,
        work_dir: null,
        command_line: null,
        container_engine: null,
        use: [],
        dag: this.dag,
        remaining_seconds: 760,
        heard_at: null,
      };
    if (path === `${base}/events`)
      return {
        events: this.#events.filter(({ seq }) => seq > Number(query.get('after') ?? 0)),
        last_seq: this.#seq,
        complete: this.run.finished_at !== null,
      };
    const answer = super.answer(path, query);
    // Who opens the run now is told of no event of before.
    return path === base ? { ...(answer as RunView), last_seq: this.#seq } : answer;
  }
}
