/** How `--dry-run` tells what would run. */
import type { DryRunView } from '../../client/index.ts';
import { isJsonObject, parseJson } from '../../core/json/text.ts';
import { writeJson } from '../../core/json/write.ts';
import type { Context } from '../context.ts';
import { oneLine, safe } from '../text/format.ts';
import { details } from '../text/table.ts';

function outcome(run: DryRunView): string {
  if (run.would === 'attach') {
    const same = run.differs ? ', which is not what was asked for' : '';
    return `would attach to ${run.attached_to}${same}`;
  }
  if (run.would === 'start') return 'would start at once';
  const { queue_position: place, queue_position_at_least: least } = run;
  const where = place === null ? `place ${least} or later` : `place ${place}`;
  const why = run.reason === null ? '' : `. ${oneLine(run.reason.message)}`;
  return `would wait, ${where} in the queue of ${run.lane}${why}`;
}

/** A word as a shell takes it, so that the command can be read, and copied. */
const word = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** `text`: the answer as JSON, in which params have their digits. */
export function printDryRun(context: Context, text: string): void {
  const tree = parseJson(text, Number.POSITIVE_INFINITY);
  if (context.json) {
    context.printJson(tree);
    return;
  }
  const run = JSON.parse(text) as DryRunView;
  const params = isJsonObject(tree) ? tree.get('params') : undefined;
  const { driver } = run;
  details(context.terminal, [
    ['', outcome(run)],
    [
      'pipeline',
      run.pipeline_version === null
        ? safe(run.pipeline)
        : `${safe(run.pipeline)}, version ${run.pipeline_version}`,
    ],
    ['kind', run.kind],
    ['lane', run.lane],
    ['priority', String(run.priority)],
    ['target', run.target],
    ['params', oneLine(writeJson(params ?? {}))],
    ['deadline', run.deadline_seconds === null ? '' : `${run.deadline_seconds}s`],
    ['image', safe(driver?.image ?? '')],
    ['command', safe([...(driver?.command ?? []), ...(driver?.args ?? [])].map(word).join(' '))],
    ...Object.entries(driver?.files ?? {}).map(
      ([name, file]) => [name, safe(file.trimEnd())] as const,
    ),
  ]);
  for (const warning of run.warnings)
    context.terminal.err(`${context.colours.yellow('!')} ${oneLine(warning)}\n`);
}
