/**
 * Which connection holds the state, by its name. The queue's trigger gets the name alone, and the host reads the
 * settings of it; the app reads the same ones. So the two never look at different accounts.
 */

/** The forms in which the host takes a connection: a connection string, or an account for a managed identity. */
export const PARTS = [
  '',
  '__accountName',
  '__tableServiceUri',
  '__queueServiceUri',
  '__blobServiceUri',
] as const;

export type StorageName = 'SLUICE_STORAGE' | 'AzureWebJobsStorage';

/** `SLUICE_STORAGE` if it is given in any form, else the host's own. */
export const storageName = (environment: Readonly<Record<string, unknown>>): StorageName =>
  PARTS.some((part) => environment[`SLUICE_STORAGE${part}`])
    ? 'SLUICE_STORAGE'
    : 'AzureWebJobsStorage';
