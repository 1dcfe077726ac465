/** The storage of the settings: an account in the same forms, by the same names, as the Functions host reads them, or SQLite. */
import type { StorageService } from '../../adapters/azure/settings.ts';
import { storageName } from './environment.ts';
import type { Values } from './schema.ts';

/** A connection string, or an account for the app's managed identity. */
type Account =
  | { readonly connectionString: string }
  | { readonly accountName: string }
  | { readonly endpoints: Readonly<Record<StorageService, string>> };
export type Storage = Account | { readonly sqliteFolder: string };

/** The connection of the state in the form that is given; undefined when none is complete. */
export function readStorage(values: Values): {
  readonly storage: Storage | undefined;
  readonly clientId: string | undefined;
} {
  const sqliteFolder = values.SLUICE_SQLITE;
  if (sqliteFolder !== undefined) return { storage: { sqliteFolder }, clientId: undefined };
  const name = storageName(values);
  const [connectionString, accountName] = [values[name], values[`${name}__accountName`]];
  const [table, queue, blob] = [
    values[`${name}__tableServiceUri`],
    values[`${name}__queueServiceUri`],
    values[`${name}__blobServiceUri`],
  ];
  const clientId = values[`${name}__clientId`];
  if (connectionString !== undefined) return { storage: { connectionString }, clientId };
  if (accountName !== undefined) return { storage: { accountName }, clientId };
  const all = table !== undefined && queue !== undefined && blob !== undefined;
  return { storage: all ? { endpoints: { table, queue, blob } } : undefined, clientId };
}
