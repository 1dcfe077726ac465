/** The environment of the process: the one place that reads it. A setting that is there but empty means the same as none. */
import { PARTS, SETTINGS, type StorageName } from './table.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export const environment = (): Environment => process.env;

/** What has to be known before the app is loaded: when and where its functions are called. */
export type Registration = {
  /** As the host reads it: a schedule, or the name of the setting that has one. It refuses the name of one that is absent. */
  readonly schedule: string;
  /** Names of the queues, in the same way; undefined where live runs are not followed. */
  readonly queues: { readonly follow: string; readonly dispatch: string } | undefined;
  /** Name of the connection that the queues are on. */
  readonly connection: StorageName;
};

export const isOn = (text: string): boolean => text === 'true' || text === '1';

/** `SLUICE_STORAGE` if it is given in any form, else the host's own: the trigger and the app look at one account. */
export const storageName = (given: Readonly<Record<string, unknown>>): StorageName =>
  PARTS.some((part) => given[`SLUICE_STORAGE${part}`]) ? 'SLUICE_STORAGE' : 'AzureWebJobsStorage';

export function readRegistration(given: Environment): Registration {
  const byName = (name: 'SLUICE_TICK_SCHEDULE' | 'SLUICE_QUEUE'): string =>
    given[name] ? `%${name}%` : SETTINGS[name].default;
  const queue = byName('SLUICE_QUEUE');
  return {
    schedule: byName('SLUICE_TICK_SCHEDULE'),
    queues: isOn(given['SLUICE_FOLLOW'] || SETTINGS.SLUICE_FOLLOW.default)
      ? { follow: queue, dispatch: `${queue}-dispatch` }
      : undefined,
    connection: storageName(given),
  };
}
