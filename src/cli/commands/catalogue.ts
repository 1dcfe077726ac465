/** `lanes`, `pipelines`, `targets`. */
import type { Command } from 'commander';
import type { Act, Register } from '../command.ts';
import type { Context } from '../context.ts';
import { UsageError } from '../failure.ts';
import { localTime, oneLine, safe } from '../text/format.ts';
import { details, table } from '../text/table.ts';
import { registerTargetCheck } from './target-check.ts';

type LaneChange = {
  readonly capacity?: string;
  readonly pause?: boolean;
  readonly resume?: boolean;
};

async function listLanes(context: Context): Promise<void> {
  const client = await context.client();
  const rows: string[][] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await client.listLanes(cursor === undefined ? {} : { cursor });
    for (const lane of page.lanes) {
      if (context.json) context.printJson(lane);
      const { name, capacity, active, queued, paused } = lane;
      rows.push([name, `${active.length}/${capacity}`, String(queued), paused ? 'paused' : '']);
    }
    if (page.next_cursor === null) break;
    cursor = page.next_cursor;
  }
  if (!context.json) table(context.terminal, ['LANE', 'RUNNING', 'QUEUED', ''], rows);
}

async function showLane(context: Context, name: string): Promise<void> {
  const lane = await (await context.client()).getLane(name);
  if (context.json) {
    context.printJson(lane);
    return;
  }
  details(context.terminal, [
    ['lane', lane.name],
    ['capacity', String(lane.capacity)],
    ['paused', lane.paused ? 'yes' : ''],
    ['running', lane.active.join('\n')],
    [
      'queue',
      lane.queue.map((at) => `${at.position}  ${at.run_id}  priority ${at.priority}`).join('\n'),
    ],
    ['queued', String(lane.queued)],
  ]);
}

async function setLane(context: Context, name: string, options: LaneChange): Promise<void> {
  const { capacity, pause, resume } = options;
  if (pause && resume) throw new UsageError('--pause or --resume, not both.');
  if (capacity !== undefined && !/^\d{1,6}$/.test(capacity))
    throw new UsageError(`--capacity ${capacity} is no whole number.`);
  if (capacity === undefined && !pause && !resume)
    throw new UsageError('Say what to set: --capacity, --pause or --resume.');
  const lane = await (await context.client()).putLane(name, {
    ...(capacity !== undefined && { capacity: Number(capacity) }),
    ...((pause || resume) && { paused: pause === true }),
  });
  if (context.json) context.printJson(lane);
  else
    context.terminal.out(
      `${lane.name}\tcapacity ${lane.capacity}${lane.paused ? '\tpaused' : ''}\n`,
    );
}

function registerLanes(program: Command, act: Act): void {
  const lanes = program
    .command('lanes')
    .summary('lanes, and who holds their places')
    .argument('[lane]', 'one of them, with its queue')
    .action(
      act((context, name?: string) =>
        name === undefined ? listLanes(context) : showLane(context, name),
      ),
    );
  lanes
    .command('set')
    .summary('declare a lane, or change it')
    .argument('<lane>')
    .option('--capacity <number>', 'how many runs at once')
    .option('--pause', 'start nothing more')
    .option('--resume', 'go on')
    .action(act((context, name: string, options: LaneChange) => setLane(context, name, options)));
  lanes
    .command('delete')
    .summary('delete an idle lane')
    .argument('<lane>')
    .action(
      act(async (context, name: string) => {
        await (await context.client()).deleteLane(name);
        context.done(`Deleted ${name}.`, { deleted: name });
      }),
    );
}

type Sort = 'pipelines' | 'targets';

/** What entries of both sorts have in common: list, show, delete. */
function registerEntries(
  program: Command,
  act: Act,
  sort: Sort,
  headings: readonly string[],
  cells: (entry: never) => readonly string[],
): Command {
  const family = program
    .command(sort)
    .summary(`${sort} of the catalogue`)
    .argument('[name]', 'one of them, as JSON')
    .action(
      act(async (context, name?: string) => {
        const entries = (await context.client())[sort];
        if (name !== undefined) {
          const entry = await entries.get(name);
          if (context.json) context.printJson(entry);
          else context.terminal.out(`${safe(JSON.stringify(entry, null, 2))}\n`);
          return;
        }
        const all = await entries.list();
        if (context.json) for (const entry of all) context.printJson(entry);
        else
          table(
            context.terminal,
            headings,
            all.map((entry) => cells(entry as never)),
          );
      }),
    );
  family
    .command('delete')
    .summary(`delete one of the ${sort}`)
    .argument('<name>')
    .action(
      act(async (context, name: string) => {
        await (await context.client())[sort].delete(name);
        context.done(`Deleted ${name}.`, { deleted: name });
      }),
    );
  return family;
}

type Pipeline = Awaited<
  ReturnType<Awaited<ReturnType<Context['client']>>['pipelines']['list']>
>[number];
type Target = Awaited<
  ReturnType<Awaited<ReturnType<Context['client']>>['targets']['list']>
>[number];

export const registerCatalogue: Register = (program, act) => {
  registerLanes(program, act);
  const pipelines = registerEntries(
    program,
    act,
    'pipelines',
    ['PIPELINE', 'KIND', 'LANE', 'TARGET', 'DESCRIPTION'],
    ({ name, kind, lane, target, description }: Pipeline) => [
      name,
      kind,
      lane,
      target,
      oneLine(description),
    ],
  );
  pipelines
    .command('versions')
    .summary('saved versions of a pipeline, the newest first')
    .argument('<name>')
    .action(
      act(async (context, name: string) => {
        const { versions } = await (await context.client()).listPipelineVersions(name);
        if (context.json) for (const version of versions) context.printJson(version);
        else
          table(
            context.terminal,
            ['VERSION', 'SAVED', 'BY'],
            versions.map(({ version, saved_at, saved_by }) => [
              String(version),
              localTime(saved_at),
              oneLine(saved_by ?? ''),
            ]),
          );
      }),
    );
  const targets = registerEntries(
    program,
    act,
    'targets',
    ['TARGET', 'CONNECTION', 'NAMESPACE', 'WORK CLAIM'],
    ({ name, connection, namespace, work_claim }: Target) => [
      name,
      connection,
      namespace,
      work_claim ?? '',
    ],
  );
  registerTargetCheck(targets, act);
};
