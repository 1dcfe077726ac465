#!/usr/bin/env node
/** `sluice`: the command line. */
import { nodeTerminal } from './node-terminal.ts';
import { runProgram } from './program.ts';

// A reader that has enough, such as `head`, closes the pipe: that is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});
process.exitCode = await runProgram(nodeTerminal(), process.argv.slice(2));
