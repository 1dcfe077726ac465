/** `tasks`: the processes and tasks of a Nextflow run, one task, or its log. */
import type { Client, TaskDetail, TaskPage, TaskView } from '../../../client/index.ts';
import { bytesText } from '../../../core/figures/bytes.ts';
import { TASK_STATUSES, type TaskStatus } from '../../../core/tasks/status.ts';
import { choice, type Register } from '../../command.ts';
import type { Context } from '../../context.ts';
import { UsageError } from '../../failure.ts';
import { localTime, oneLine, safe, span } from '../../text/format.ts';
import { details, table } from '../../text/table.ts';
import { processRows, taskStatus, unknownOf } from '../../text/tasks.ts';

type TaskOptions = {
  readonly status?: readonly TaskStatus[];
  readonly process?: string;
  readonly search?: string;
  readonly limit: string;
  readonly processes?: boolean;
  readonly log?: boolean;
};

const PAGE = 500;
const LIMIT_MAX = 100_000;

/** The first page, with the counts of all processes, and the tasks of the following ones. */
async function* pagesOf(
  client: Client,
  runId: string,
  { status, process, search }: TaskOptions,
  limit: number,
): AsyncGenerator<TaskPage> {
  let cursor: string | undefined;
  for (let left = limit; left > 0; ) {
    const page = await client.tasks(runId, {
      ...(status && { status }),
      ...(process !== undefined && { process }),
      ...(search !== undefined && { q: search }),
      limit: Math.min(PAGE, left),
      ...(cursor !== undefined && { cursor }),
    });
    yield page;
    left -= page.tasks.length;
    if (page.next_cursor === null) return;
    cursor = page.next_cursor;
  }
}

const milliseconds = (ms: number | null): string => (ms === null ? '' : span(ms / 1_000));

function row(context: Context, task: TaskView): string[] {
  return [
    task.task,
    taskStatus(context.colours, task),
    oneLine(task.name),
    task.attempt === 1 ? '' : String(task.attempt),
    task.exit === null ? '' : String(task.exit),
    milliseconds(task.duration_ms),
    task.cpu_percent === null ? '' : `${Math.round(task.cpu_percent)}%`,
    task.peak_rss === null ? '' : bytesText(task.peak_rss),
    task.native_id ?? '',
  ];
}

async function list(context: Context, runId: string, options: TaskOptions): Promise<void> {
  const limit = Number(options.limit);
  if (!Number.isInteger(limit) || limit < 1 || limit > LIMIT_MAX)
    throw new UsageError(`--limit ${options.limit} is no number from 1 to ${LIMIT_MAX}.`);
  const withTasks = options.processes !== true;
  const rows: string[][] = [];
  let first: TaskPage | undefined;
  let hasMore = false;
  const client = await context.client();
  for await (const page of pagesOf(client, runId, options, withTasks ? limit : 1)) {
    first ??= page;
    hasMore = page.next_cursor !== null;
    if (context.json)
      (withTasks ? page.tasks : page.processes).forEach((each) => context.printJson(each));
    else if (withTasks) rows.push(...page.tasks.map((task) => row(context, task)));
  }
  if (context.json || first === undefined) return;
  const { terminal, colours } = context;
  if (first.processes.length === 0) {
    terminal.err(
      'Nothing is known of tasks: it is no Nextflow run, its trace is off, or nothing was told yet.\n',
    );
    return;
  }
  // A program that reads the output gets rows of one kind.
  if (!withTasks || terminal.tty)
    table(terminal, ['PROCESS', 'TASKS', ''], processRows(first.processes));
  if (rows.length > 0) {
    if (terminal.tty) terminal.out('\n');
    const head = ['TASK', 'STATUS', 'NAME', 'TRY', 'EXIT', 'TIME', 'CPU', 'MEMORY', 'POD'];
    table(terminal, head, rows);
  }
  if (hasMore && withTasks)
    terminal.err(colours.dim('There are more: --limit shows more of them.\n'));
  const unknown = unknownOf(first.source);
  if (unknown !== undefined) terminal.err(colours.dim(`${unknown}\n`));
}

const when = (at: string | null): string => (at === null ? '' : localTime(at));
const size = (value: number | null): string => (value === null ? '' : bytesText(value));

function show(context: Context, runId: string, task: TaskDetail): void {
  const { colours, terminal } = context;
  const used = [
    task.cpu_percent === null ? '' : `${Math.round(task.cpu_percent)}% of a CPU`,
    task.cpus === null ? '' : `${task.cpus} ${task.cpus === 1 ? 'CPU' : 'CPUs'} asked for`,
  ];
  const memory = [
    task.peak_rss === null ? '' : `${bytesText(task.peak_rss)} at most`,
    task.memory === null ? '' : `${bytesText(task.memory)} asked for`,
  ];
  const joined = (parts: readonly string[]): string =>
    parts.filter((each) => each !== '').join(', ');
  details(terminal, [
    ['task', colours.bold(task.task)],
    ['name', oneLine(task.name)],
    ['status', taskStatus(colours, task)],
    ['exit status', task.exit === null ? '' : String(task.exit)],
    ['try', String(task.attempt)],
    ['hash', task.hash ?? ''],
    ['pod', task.native_id ?? ''],
    ['node', task.hostname ?? ''],
    ['container', task.container === null ? '' : oneLine(task.container)],
    ['work folder', task.work_dir === null ? '' : oneLine(task.work_dir)],
    ['submitted', when(task.submitted_at)],
    ['started', when(task.started_at)],
    ['finished', when(task.finished_at)],
    ['duration', milliseconds(task.duration_ms)],
    ['script ran', milliseconds(task.realtime_ms)],
    ['time limit', milliseconds(task.time_limit_ms)],
    ['CPU', joined(used)],
    ['memory', joined(memory)],
    ['read', size(task.read_bytes)],
    ['written', size(task.written_bytes)],
    ['script', task.script === null ? '' : safe(task.script.trimEnd())],
    ['log', task.log === 'none' ? '' : `sluice tasks ${runId} ${task.task} --log`],
  ]);
}

async function one(
  context: Context,
  runId: string,
  task: string,
  options: TaskOptions,
): Promise<void> {
  const client = await context.client();
  if (options.log === true) {
    const text = await client.taskLog(runId, task);
    context.terminal.out(text === '' || text.endsWith('\n') ? text : `${text}\n`);
    if (text === '') context.terminal.err('It has printed nothing yet.\n');
    return;
  }
  const found = await client.task(runId, task);
  if (context.json) context.printJson(found);
  else show(context, runId, found);
}

export const registerTasks: Register = (program, act) => {
  program
    .command('tasks')
    .summary('processes and tasks of a Nextflow run, or one task')
    .argument('<run>', 'id of the run')
    .argument('[task]', 'id of a task, or its hash, such as ab-cdef12')
    .addOption(
      choice('--status <status>', 'tasks with it; several are possible', TASK_STATUSES, 'several'),
    )
    .option('--process <name>', 'tasks of this process')
    .option('--search <text>', 'tasks whose name, tag or hash has it')
    .option('-n, --limit <number>', 'at most so many', '100')
    .option('--processes', 'the processes with their counts, in place of tasks')
    .option('--log', 'what the task printed, in place of what is known of it')
    .action(
      act(async (context, runId: string, task: string | undefined, options: TaskOptions) => {
        if (task !== undefined) return one(context, runId, task.replace('/', '-'), options);
        if (options.log === true) throw new UsageError('--log needs a task.');
        return list(context, runId, options);
      }),
    );
};
