/** Settings of the storage account: the same forms, by the same names, as the Functions host reads them. */
import { z } from 'zod';
import type { StorageService } from '../../adapters/azure/settings.ts';
import { type StorageName, storageName } from './storage-name.ts';

/** A connection string, or an account that the app's managed identity is let into. */
export type Storage =
  | { readonly connectionString: string }
  | { readonly accountName: string }
  | { readonly endpoints: Readonly<Record<StorageService, string>> };

const text = z.string().min(1).optional();
const url = z.url({ protocol: /^https$/ }).optional();

/** The settings of one connection, for a schema of the environment. */
export const storageForms = <N extends StorageName>(name: N) =>
  ({
    [name]: text,
    [`${name}__accountName`]: z.string().min(3).optional(),
    [`${name}__tableServiceUri`]: url,
    [`${name}__queueServiceUri`]: url,
    [`${name}__blobServiceUri`]: url,
    [`${name}__clientId`]: text,
  }) as Record<N | `${N}__accountName` | `${N}__clientId`, typeof text> &
    Record<`${N}__tableServiceUri` | `${N}__queueServiceUri` | `${N}__blobServiceUri`, typeof url>;

/** The form that is given of the one connection that holds the state; undefined when none is whole. */
export function readStorage(env: Readonly<Partial<Record<string, unknown>>>): {
  readonly storage: Storage | undefined;
  readonly clientId: string | undefined;
} {
  const name = storageName(env);
  const of = (part: string): string | undefined => env[`${name}${part}`] as string | undefined;
  const [connectionString, accountName] = [of(''), of('__accountName')];
  const [table, queue, blob] = [
    of('__tableServiceUri'),
    of('__queueServiceUri'),
    of('__blobServiceUri'),
  ];
  const clientId = of('__clientId');
  if (connectionString !== undefined) return { storage: { connectionString }, clientId };
  if (accountName !== undefined) return { storage: { accountName }, clientId };
  const all = table !== undefined && queue !== undefined && blob !== undefined;
  return { storage: all ? { endpoints: { table, queue, blob } } : undefined, clientId };
}
