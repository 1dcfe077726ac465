/** `set`: the priority and labels of runs that are there. */
import { collect, forEachId, type Register } from '../command.ts';
import { UsageError } from '../failure.ts';
import { pairs } from '../files/params.ts';

type SetOptions = {
  readonly priority?: string;
  readonly label?: readonly string[];
  readonly removeLabel?: readonly string[];
};

function patchOf({ priority, label = [], removeLabel = [] }: SetOptions) {
  if (priority !== undefined && !/^\d$/.test(priority))
    throw new UsageError(`--priority ${priority} is not 0 to 9.`);
  const labels = {
    ...Object.fromEntries(removeLabel.map((name) => [name, null])),
    ...Object.fromEntries(pairs('--label', label)),
  };
  if (priority === undefined && Object.keys(labels).length === 0)
    throw new UsageError('Say what to set: --priority, --label or --remove-label.');
  return {
    ...(priority !== undefined && { priority: Number(priority) }),
    ...(Object.keys(labels).length > 0 && { labels }),
  };
}

export const registerSet: Register = (program, act) => {
  program
    .command('set')
    .summary('change the priority of runs that wait, or labels of runs that are not over')
    .argument('<run...>', 'ids of runs')
    .option('--priority <0-9>', '9 goes first; equal ones in order of arrival')
    .option('--label <name=value>', 'a label to add or change', collect)
    .option('--remove-label <name>', 'a label to remove', collect)
    .action(
      act(async (context, runIds: readonly string[], options: SetOptions) => {
        const patch = patchOf(options);
        const client = await context.client();
        await forEachId(context, runIds, async (runId) => {
          const run = await client.patchRun(runId, patch);
          const place = run.queue_position === null ? '' : `\tplace ${run.queue_position}`;
          if (context.json) context.printJson(run);
          else context.terminal.out(`${runId}\tpriority ${run.priority}${place}\n`);
        });
      }),
    );
};
