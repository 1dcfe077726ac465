/** Where the state of an installation is: an account of Azure by its settings, else SQLite on the claim. */
import type { Kept } from './keep-running.ts';
import { type Environment, hasAzureStorage } from './settings.ts';

export type Storage = Pick<Kept, 'failed' | 'close'> & {
  /** Settings of the app that lead to it. */
  readonly settings: Readonly<Record<string, string>>;
};

/** The host and the app read its address from the environment, which they inherit. */
const AZURE: Storage = {
  settings: {},
  failed: new Promise(() => undefined),
  close: async () => undefined,
};

export async function startStorage({
  environment,
}: {
  readonly environment: Environment;
}): Promise<Storage> {
  if (hasAzureStorage(environment)) return AZURE;
  throw new Error('There is no storage: AzureWebJobsStorage or SLUICE_STORAGE is not set');
}
