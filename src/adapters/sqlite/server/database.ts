/** Opens the database, alone. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';

/** A predecessor that is ending has closed the database within this time. */
const WAIT_MS = 20_000;
const POLL_MS = 100;

/** Of `PRAGMA user_version`: raised when an older program could no longer read what is stored. */
const VERSION = 1;

/**
 * - UTF-16, big endian: the bytes of keys then compare as their code units do, which is the order of the store port.
 * - Exclusive: the lock of the kernel on the database is held until this process ends, however it ends. It also keeps the index of the
 *   log in memory, where no other process could share it.
 * - Write-ahead log, synced at each commit: what was committed survives the end of this process, and of the machine.
 */
const SETTINGS = `
  PRAGMA encoding = 'UTF-16be';
  PRAGMA locking_mode = EXCLUSIVE;
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA cache_size = -32768;
  PRAGMA wal_autocheckpoint = 4000;
  PRAGMA journal_size_limit = 67108864;
  PRAGMA temp_store = MEMORY;`;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    queue TEXT NOT NULL,
    token TEXT NOT NULL,
    visible INTEGER NOT NULL,
    inserted INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    received INTEGER NOT NULL,
    body BLOB NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS visible_messages ON messages (queue, visible);
  CREATE INDEX IF NOT EXISTS expiring_messages ON messages (expires);
  CREATE TABLE IF NOT EXISTS blobs (
    name TEXT PRIMARY KEY, id INTEGER NOT NULL, type TEXT NOT NULL, size INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS blob_parts (
    id INTEGER NOT NULL, part INTEGER NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (id, part)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS uploads (id INTEGER PRIMARY KEY AUTOINCREMENT, begun INTEGER NOT NULL) STRICT;`;

/** Two of SQLite's result codes. */
const BUSY = 5;
export const sqliteCode = (error: unknown): number | undefined => {
  const code = (error as { readonly errcode?: unknown } | undefined)?.errcode;
  // The low byte is the kind, the others tell more of it.
  return typeof code === 'number' ? code & 0xff : undefined;
};

function open(path: string): DatabaseSync {
  const database = new DatabaseSync(path);
  try {
    database.exec(SETTINGS);
    // Takes the lock.
    database.exec('BEGIN IMMEDIATE; COMMIT');
    const stored = database.prepare('PRAGMA user_version').get()?.['user_version'];
    if (Number(stored) > VERSION)
      throw new Error(`${path} was written by a later version of this program`);
    database.exec(`BEGIN IMMEDIATE; ${SCHEMA} PRAGMA user_version = ${VERSION}; COMMIT`);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/**
 * The database in `folder`, made when it is missing. Rejects when another process holds it for longer than `waitMs`, 20 s by default,
 * when it is damaged, and when a later version of this program has written it.
 */
export async function openDatabase(folder: string, waitMs = WAIT_MS): Promise<DatabaseSync> {
  const until = performance.now() + waitMs;
  for (;;) {
    try {
      return open(join(folder, 'sluice.db'));
    } catch (error) {
      if (sqliteCode(error) !== BUSY) throw error;
      if (performance.now() > until)
        throw new Error('in use by another process. Two cannot share a folder.', { cause: error });
    }
    await sleep(POLL_MS);
  }
}
