import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { ChildOptions } from './child.ts';
import { type KeptChild, keepChild } from './parts/kept-child.ts';

export type Sqlite = Pick<KeptChild, 'pid' | 'close'> & {
  /** The setting `SLUICE_SQLITE`: the folder, in which the process's socket is. */
  readonly folder: string;
};

export type SqliteOptions = Pick<ChildOptions, 'closeMs' | 'signal' | 'log'> & {
  /** Where the database is kept, for one process at a time; made when missing. On a local disk or a block volume. */
  readonly dir: string;
  /** The program: of the sources by default, `SQLITE` of `build.ts` where it is built. */
  readonly program?: string;
};

const PROGRAM = fileURLToPath(new URL('../adapters/sqlite/server/main.ts', import.meta.url));
/** It waits up to 20 s for a predecessor. */
const READY_MS = 40_000;

/**
 * Starts the storage process (`adapters/sqlite/server`), and starts it again whenever it ends by itself; what it has answered is on the disk,
 * so its end loses nothing, and its clients wait for the next one. It never outlives this process. Rejects with what
 * is wrong with the folder when the first start fails; later ones are tried again for ever.
 */
export async function startSqlite({ dir, program, ...options }: SqliteOptions): Promise<Sqlite> {
  await mkdir(dir, { recursive: true });
  const { pid, close } = await keepChild({
    name: 'The storage process',
    entry: program ?? PROGRAM,
    args: ['--data', dir],
    readyMs: READY_MS,
    ...options,
  });
  return { folder: dir, pid, close };
}
