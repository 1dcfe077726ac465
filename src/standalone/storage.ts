/** Where the state of an installation is: an account of Azure by its settings, else SQLite on the claim. */
import { join } from 'node:path';
import { startSqlite } from '../dev/sqlite.ts';
import { PART_END_MS } from './limits.ts';
import { type Environment, hasAzureStorage } from './settings.ts';

export type Storage = {
  /** Settings of the app that lead to it. */
  readonly settings: Readonly<Record<string, string>>;
  close(): Promise<void>;
};

/** The host and the app read its address from the environment, which they inherit. */
const AZURE: Storage = { settings: {}, close: async () => undefined };

/** Rejects when the folder is of no use for a database, as one on NFS is. */
export async function startStorage(options: {
  readonly environment: Environment;
  readonly programs: string;
  readonly dataDir: string;
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
}): Promise<Storage> {
  const { environment, programs, dataDir, log, signal } = options;
  if (hasAzureStorage(environment)) return AZURE;
  const sqlite = await startSqlite({
    dir: join(dataDir, 'sqlite'),
    program: join(programs, 'sqlite', 'main.js'),
    log: (line) => log(JSON.stringify({ category: 'Storage', message: line })),
    closeMs: PART_END_MS,
    signal,
  });
  return { settings: { SLUICE_SQLITE: sqlite.folder }, close: () => sqlite.close() };
}
