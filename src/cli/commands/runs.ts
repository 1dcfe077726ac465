/** `list`, `show`, `cancel`. */
import { stringify } from 'yaml';
import type { RunState, RunView } from '../../client/index.ts';
import { RUN_STATES } from '../../core/events/state.ts';
import { toTree } from '../../core/json/write.ts';
import { writeYaml } from '../../core/json/yaml.ts';
import { shorten } from '../../core/shorten.ts';
import { countsText } from '../../core/tasks/status.ts';
import { choice, collect, forEachId, type Register } from '../command.ts';
import type { Context } from '../context.ts';
import { UsageError } from '../failure.ts';
import { age, localTime, oneLine, progress, safe, span, state } from '../text/format.ts';
import { details, table } from '../text/table.ts';

type ListOptions = {
  readonly state?: readonly string[];
  readonly lane?: readonly string[];
  readonly pipeline?: readonly string[];
  readonly kind?: readonly RunView['kind'][];
  readonly startedBy?: string;
  readonly search?: string;
  readonly label?: readonly string[];
  readonly since?: string;
  readonly until?: string;
  readonly limit: string;
};

const PAGE = 100;
const LIMIT_MAX = 100_000;

/** Runs page by page, at most `limit`. */
async function* runsOf(context: Context, options: ListOptions, limit: number) {
  const client = await context.client();
  const { lane, pipeline, kind, startedBy, search, label, since, until } = options;
  const query = {
    ...(options.state && { state: options.state as readonly RunState[] }),
    ...(lane !== undefined && { lane }),
    ...(pipeline !== undefined && { pipeline }),
    ...(kind !== undefined && { kind }),
    ...(startedBy !== undefined && { triggered_by: startedBy }),
    ...(search !== undefined && { search }),
    ...(label && { label }),
    ...(since !== undefined && { since }),
    ...(until !== undefined && { until }),
  };
  let cursor: string | undefined;
  for (let left = limit; left > 0; ) {
    const page = await client.listRuns({
      ...query,
      limit: Math.min(PAGE, left),
      ...(cursor !== undefined && { cursor }),
    });
    yield* page.runs;
    left -= page.runs.length;
    if (page.next_cursor === null) return;
    cursor = page.next_cursor;
  }
}

const duration = (run: RunView, nowMs: number): string => {
  if (run.duration_seconds !== null) return span(run.duration_seconds);
  return run.started_at === null ? '' : age(run.started_at, nowMs);
};

async function list(context: Context, options: ListOptions): Promise<void> {
  const limit = Number(options.limit);
  if (!Number.isInteger(limit) || limit < 1 || limit > LIMIT_MAX)
    throw new UsageError(`--limit ${options.limit} is no number from 1 to ${LIMIT_MAX}.`);
  const rows: string[][] = [];
  for await (const run of runsOf(context, options, limit)) {
    if (context.json) {
      context.printJson(run);
      continue;
    }
    const now = context.now();
    rows.push([
      run.run_id,
      state(context.colours, run.state),
      oneLine(run.pipeline),
      run.lane,
      age(run.created_at, now),
      duration(run, now),
      run.queue_position === null ? progress(run) : `place ${run.queue_position}`,
      run.reason === null ? '' : run.reason.code,
    ]);
  }
  if (context.json) return;
  if (rows.length === 0) context.terminal.err('No runs.\n');
  else
    table(
      context.terminal,
      ['RUN', 'STATE', 'PIPELINE', 'LANE', 'AGE', 'DURATION', 'PROGRESS', 'REASON'],
      rows,
    );
}

/** A script is longer than what one wants to read here. */
const SHOWN_CHARS = 200;
const shorter = (_name: string, value: unknown): unknown =>
  typeof value === 'string' && value.length > SHOWN_CHARS
    ? `${shorten(value, SHOWN_CHARS)} (--json shows it all)`
    : value;

/** Scripts in it are lines, as they were written. */
const asYaml = (value: unknown): string => safe(stringify(value, shorter).trimEnd());

const when = (at: string | null): string => (at === null ? '' : localTime(at));

/** What a pipeline tells of its failure; `sluice explain` says more. */
function whatFailed({ reason }: RunView): readonly (readonly [string, string])[] {
  if (!reason?.failure) return [];
  const { process, tag, work_dir, advice } = reason.failure;
  const task = process === null ? '' : `${process}${tag === null ? '' : ` (${tag})`}`;
  return [
    ['failed task', oneLine(task)],
    ['work folder', oneLine(work_dir ?? '')],
    ['what to do', advice],
  ];
}

function show(context: Context, run: RunView): void {
  const { colours, terminal } = context;
  const labels = Object.entries(run.labels).map(([name, value]) => `${name}=${value}`);
  const what = run[run.kind];
  details(terminal, [
    ['run', colours.bold(run.run_id)],
    ['state', state(colours, run.state)],
    ['reason', run.reason === null ? '' : `${safe(run.reason.message)} (${run.reason.code})`],
    ...whatFailed(run),
    ['exit code', run.exit_code === null ? '' : String(run.exit_code)],
    ['progress', progress(run)],
    ['tasks', run.progress?.tasks === undefined ? '' : countsText(run.progress.tasks)],
    ['trace source', run.trace_source ?? ''],
    ['pipeline', oneLine(run.pipeline)],
    ['version', run.pipeline_version === null ? '' : String(run.pipeline_version)],
    [run.kind, what === undefined ? '' : asYaml(what)],
    ['params', safe(writeYaml(toTree(run.params)).trimEnd())],
    ['lane', run.lane],
    ['place', run.queue_position === null ? '' : String(run.queue_position)],
    ['priority', String(run.priority)],
    ['target', run.target],
    ['job', run.job_name ?? ''],
    ['labels', labels.join(' ')],
    ['started by', run.triggered_by === null ? '' : oneLine(run.triggered_by)],
    [
      run.origin?.how === 'resume' ? 'resumed from' : 'rerun of',
      run.origin === null || run.origin === undefined ? '' : run.origin.run_id,
    ],
    ['created', when(run.created_at)],
    ['started', when(run.started_at)],
    ['finished', when(run.finished_at)],
    ['duration', duration(run, context.now())],
  ]);
}

export const registerRuns: Register = (program, act) => {
  program
    .command('list')
    .alias('ls')
    .summary('list runs, newest first')
    .addOption(
      choice('--state <state>', 'runs in this state; several are possible', RUN_STATES, 'several'),
    )
    .option('--lane <lane>', 'runs of this lane; several are possible', collect)
    .option('--pipeline <pipeline>', 'runs of this pipeline; several are possible', collect)
    .option('--kind <kind>', 'runs of this kind; several are possible', collect)
    .option('--started-by <who>', 'runs with this `triggered_by`')
    .option('--search <text>', 'runs whose id begins with it, or whose pipeline has it')
    .option('--label <name=value>', 'runs with this label', collect)
    .option('--since <time>', 'created since: 90m, 7d, or a time')
    .option('--until <time>', 'created before')
    .option('-n, --limit <number>', 'at most so many', '20')
    .action(act((context, options: ListOptions) => list(context, options)));

  program
    .command('show')
    .summary('what is known of a run')
    .argument('<run>', 'id of the run')
    .action(
      act(async (context, runId: string) => {
        const client = await context.client();
        if (context.json) context.terminal.out(`${await client.getRunText(runId)}\n`);
        else show(context, await client.getRun(runId));
      }),
    );

  program
    .command('cancel')
    .summary('end runs')
    .argument('<run...>', 'ids of runs')
    .option('--reason <text>', 'why; it is shown with the run')
    .action(
      act(async (context, runIds: readonly string[], { reason }: { readonly reason?: string }) => {
        const client = await context.client();
        await forEachId(context, runIds, async (runId) => {
          const run = await client.cancelRun(runId, reason);
          if (context.json) context.printJson(run);
          else context.terminal.out(`${runId}\t${run.state}\n`);
        });
      }),
    );
};
