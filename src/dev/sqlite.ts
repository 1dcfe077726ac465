import { mkdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Child, type ChildOptions, startChild } from './child.ts';

export type Sqlite = {
  /** The setting `SLUICE_SQLITE`: the folder, in which the process's socket is. */
  readonly folder: string;
  /** Undefined while it is being started again. */
  pid(): number | undefined;
  /** Ends it for good, by force when it takes too long; resolves when it is gone. */
  close(): Promise<void>;
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
/** Pauses before it is started again after it ended by itself. */
const PAUSE_MIN_MS = 50;
const PAUSE_MAX_MS = 5_000;
/** One that ran for so long was well. */
const HEALTHY_MS = 10_000;

/**
 * Starts the storage process (`adapters/sqlite/server`), and starts it again whenever it ends by itself; what it has answered is on the disk,
 * so its end loses nothing, and its clients wait for the next one. It never outlives this process. Rejects with what
 * is wrong with the folder when the first start fails; later ones are tried again for ever.
 */
export async function startSqlite({ dir, program, ...options }: SqliteOptions): Promise<Sqlite> {
  const { log = () => undefined, signal, ...rest } = options;
  await mkdir(dir, { recursive: true });
  const start = (stop?: AbortSignal): Promise<Child> =>
    startChild({
      name: 'The storage process',
      entry: program ?? PROGRAM,
      args: ['--data', dir],
      readyMs: READY_MS,
      log,
      signal: stop,
      ...rest,
    });
  let child: Child | undefined = await start(signal);
  const closing = new AbortController();

  async function startAgain(pauseMs: number): Promise<void> {
    await sleep(pauseMs, undefined, { signal: closing.signal }).catch(() => undefined);
    if (closing.signal.aborted) return;
    child = await start(closing.signal).catch((error: Error) => {
      log(error.message);
      return undefined;
    });
  }

  async function watch(): Promise<void> {
    let pause = PAUSE_MIN_MS;
    while (!closing.signal.aborted) {
      const started = performance.now();
      const how = await child?.ended;
      if (closing.signal.aborted) break;
      if (performance.now() - started > HEALTHY_MS) pause = PAUSE_MIN_MS;
      log(`${how ?? 'It did not start'}; starting it again in ${pause} ms.`);
      child = undefined;
      await startAgain(pause);
      pause = Math.min(pause * 2, PAUSE_MAX_MS);
    }
  }

  const watching = watch();
  return {
    folder: dir,
    pid: () => child?.pid,
    async close() {
      closing.abort(new Error('closed'));
      await child?.close();
      await watching;
    },
  };
}
