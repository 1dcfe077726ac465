/** The program with all its commands. */
import { Command, CommanderError } from 'commander';
import { VERSION } from '../core/names.ts';
import { actIn } from './command.ts';
import { registerAccess } from './commands/access.ts';
import { registerApply } from './commands/apply.ts';
import { registerCatalogue } from './commands/catalogue.ts';
import { registerDomains } from './commands/domains.ts';
import { registerLogs } from './commands/logs.ts';
import { registerExplain } from './commands/nextflow/explain.ts';
import { registerFiles } from './commands/nextflow/files.ts';
import { registerTasks } from './commands/nextflow/tasks.ts';
import { registerOpen } from './commands/open.ts';
import { registerRun } from './commands/run.ts';
import { registerRuns } from './commands/runs.ts';
import { registerSet } from './commands/set.ts';
import { addCompletion } from './completion.ts';
import { type Connect, connect as connectTo } from './context.ts';
import { EXIT, Exit, exitCodeOf, tellFailure } from './failure.ts';
import type { Terminal } from './terminal.ts';

const COMMANDS = [
  registerRun,
  registerRuns,
  registerSet,
  registerLogs,
  registerTasks,
  registerFiles,
  registerExplain,
  registerOpen,
  registerCatalogue,
  registerApply,
  registerDomains,
  registerAccess,
];

const AFTER = `
Where to: --profile, or SLUICE_URL with SLUICE_TOKEN, or the profile of the last \`sluice login\`.
Exit codes: 0 the run succeeded, 1 failed, 2 wrong use, 3 cancelled, 4 no connection, 130 Ctrl-C.`;

/** Settings go to commands that are made afterwards. */
function createProgram(terminal: Terminal, connect: Connect): Command {
  const program = new Command('sluice')
    .description('Starts, watches and steers pipelines on Kubernetes.')
    .version(VERSION)
    .option('--json', 'JSON in place of text; one value a line for lists and streams')
    .option('--profile <name>', 'the server of this profile')
    .addHelpText('after', AFTER)
    .showHelpAfterError('`sluice COMMAND --help` shows what it takes.')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.out(text),
      writeErr: (text) => terminal.err(text),
      getOutHelpWidth: () => terminal.columns,
      getOutHasColors: () => terminal.colours,
    });
  const act = actIn(terminal, connect);
  for (const register of COMMANDS) register(program, act);
  addCompletion(program, terminal);
  return program;
}

/** Runs one command; resolves with its exit code. `args` are those after the program's name. */
export async function runProgram(
  terminal: Terminal,
  args: readonly string[],
  connect = connectTo,
): Promise<number> {
  const program = createProgram(terminal, connect);
  try {
    await program.parseAsync([...args], { from: 'user' });
    return EXIT.succeeded;
  } catch (error) {
    // Its message has been written, or is the help that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.succeeded : EXIT.usage;
    if (error instanceof Exit) return error.code;
    tellFailure(terminal, error, args.includes('--json'));
    return exitCodeOf(error);
  }
}
