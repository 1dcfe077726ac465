/** The version of the stored rows: an app works only on rows of its own version. */
import { AppError } from '../../core/errors.ts';
import { SCHEMA_VERSION, TABLES } from '../../core/limits.ts';
import { Conflict, type Store } from '../../ports/store.ts';
import type { World } from '../../ports/world.ts';

const PARTITION = 'meta';
const KEY = 'schema';

const mismatch = (found: string): AppError =>
  new AppError(
    'schema_mismatch',
    `The tables hold ${found}, and this app works with version ${SCHEMA_VERSION} alone. Set SLUICE_TABLE_PREFIX to a new prefix: it then begins with tables of its own, and leaves those as they are.`,
  );

/**
 * Checks, before anything else is read or written, that the stored rows have this app's version; writes it to empty
 * tables. Rejects with `schema_mismatch` when they have another one, or none.
 */
export async function checkSchema(world: World): Promise<void> {
  const version = await readVersion(world);
  if (version === SCHEMA_VERSION) return;
  if (version !== undefined) throw mismatch(`version ${version}`);
  for (const table of TABLES)
    if (await world.store.hasRows(table)) {
      // Another instance may have written the version just now.
      if ((await readVersion(world)) === SCHEMA_VERSION) return;
      throw mismatch('rows without a version');
    }
  try {
    const values = { version: SCHEMA_VERSION };
    await world.store.commit('meta', PARTITION, [{ op: 'insert', key: KEY, values }]);
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    const other = await readVersion(world);
    if (other !== SCHEMA_VERSION) throw mismatch(`version ${other}`);
  }
}

async function readVersion(world: World): Promise<number | undefined> {
  const row = await world.store.read('meta', PARTITION, KEY);
  return row && Number(row.values['version']);
}

/** The world with a store that checks its version once, before the first read or write. */
export function withSchema(world: World): World {
  const { store } = world;
  let checked: Promise<void> | undefined;
  // After a failure the next call checks again.
  const check = (): Promise<void> =>
    (checked ??= checkSchema(world).catch((error: unknown) => {
      checked = undefined;
      throw error;
    }));
  const guarded: Store = {
    read: (...args) => check().then(() => store.read(...args)),
    list: (...args) => check().then(() => store.list(...args)),
    hasRows: (...args) => check().then(() => store.hasRows(...args)),
    commit: (...args) => check().then(() => store.commit(...args)),
  };
  return { ...world, store: guarded };
}
