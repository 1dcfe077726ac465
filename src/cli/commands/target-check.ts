/** `targets check`: whether runs can go to a target now. */
import type { Command } from 'commander';
import type { CheckResult } from '../../client/index.ts';
import type { Act } from '../command.ts';
import { EXIT } from '../failure.ts';
import { type Colours, oneLine } from '../text/format.ts';
import { table } from '../text/table.ts';

function painted(colours: Colours, status: CheckResult['status']): string {
  if (status === 'ok') return colours.green(status);
  return status === 'failed' ? colours.red(status) : colours.yellow(status);
}

export function registerTargetCheck(targets: Command, act: Act): void {
  targets
    .command('check')
    .summary('ask its cluster whether runs can go there now; exit code 1 if not')
    .argument('<target>')
    .action(
      act(async (context, name: string) => {
        const found = await (await context.client()).targets.check(name);
        if (context.json) context.printJson(found);
        else
          table(
            context.terminal,
            ['CHECK', 'STATUS', 'WHAT WAS FOUND'],
            found.checks.map(({ check, status, message }) => [
              check,
              painted(context.colours, status),
              oneLine(message),
            ]),
          );
        return found.ok ? EXIT.succeeded : EXIT.failed;
      }),
    );
}
