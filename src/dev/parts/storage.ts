/** Where the stack keeps its state: Azurite, or SQLite. */
import { SQLITE } from '../../build/build.ts';
import { startAzurite } from '../azurite.ts';
import type { ChildOptions } from '../child.ts';
import { startSqlite } from '../sqlite.ts';

const STORES = ['azurite', 'sqlite'] as const;
export type StoreName = (typeof STORES)[number];

/** What `--store` names. */
export function storeOf(text: string): StoreName {
  const found = STORES.find((store) => store === text);
  if (found === undefined) throw new Error(`--store ${text} is none of ${STORES.join(', ')}`);
  return found;
}

export type Storage = {
  /** Settings of the app that lead there. */
  readonly settings: Readonly<Record<string, string>>;
  /** Undefined with the other store; SQLite also has none while it is being started again. */
  readonly pids: { readonly azurite: number | undefined; readonly sqlite: number | undefined };
  /** Resolves with a sentence when it has ended and nobody starts it again. */
  readonly ended: Promise<string>;
  close(): Promise<void>;
};

export type StorageOptions = Pick<ChildOptions, 'closeMs' | 'signal' | 'log'> & {
  readonly store: StoreName;
  /** The folder for the state; Azurite keeps it in memory without `isKept`. */
  readonly dir: string;
  readonly isKept: boolean;
};

export async function startStorage(options: StorageOptions): Promise<Storage> {
  const { store, dir, isKept, log, ...limits } = options;
  if (store === 'azurite') {
    const azurite = await startAzurite({ ...limits, ...(isKept && { dir }) });
    return {
      settings: { AzureWebJobsStorage: azurite.connectionString },
      pids: { azurite: azurite.pid, sqlite: undefined },
      ended: azurite.ended,
      close: azurite.close,
    };
  }
  const sqlite = await startSqlite({ ...limits, dir, program: SQLITE, ...(log && { log }) });
  return {
    settings: { SLUICE_SQLITE: sqlite.folder },
    pids: {
      azurite: undefined,
      get sqlite() {
        return sqlite.pid();
      },
    },
    ended: new Promise(() => undefined),
    close: sqlite.close,
  };
}
