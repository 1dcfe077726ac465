/**
 * Loaded into the storage process before its own code: kills it after the statement that `KILL_AT` counts, of those that may
 * write. Threads load it too; only the one with the database has statements.
 */
import { StatementSync } from 'node:sqlite';

const at = Number(process.env['KILL_AT']);
let count = 0;

const run = StatementSync.prototype.run as (
  ...values: unknown[]
) => ReturnType<StatementSync['run']>;
StatementSync.prototype.run = function (this: StatementSync, ...values: unknown[]) {
  const result = run.apply(this, values);
  if ((count += 1) === at) process.kill(process.pid, 'SIGKILL');
  return result;
};
