/** Reads the environment of the process; nothing else does. An empty setting counts as absent. */
import { type ConnectionName, PARTS, SETTINGS, type StorageName } from './table.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export const environment = (): Environment => process.env;

/** What the registrations need before the app is loaded. */
export type Registration = {
  /** A schedule, or `%NAME%` of the setting that has one. The host refuses the name of an absent setting. */
  readonly schedule: string;
  /** Names of the queues, in the same form; undefined with `SLUICE_FOLLOW=false`. */
  readonly queues: { readonly follow: string; readonly dispatch: string } | undefined;
  /** Name of the connection of the queues. */
  readonly connection: ConnectionName;
};

/** Else the exporter for Application Insights tells Microsoft about itself, at an address that private networks do not reach. */
export function keepExporterQuiet(): void {
  process.env['APPLICATION_INSIGHTS_NO_STATSBEAT'] = 'true';
}

export const isOn = (text: string): boolean => text === 'true' || text === '1';

/** `SLUICE_STORAGE` if it is given in any form, otherwise the host's own: the trigger and the app use the same account. */
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
    connection: given['SLUICE_SQLITE'] ? 'SLUICE_SQLITE' : storageName(given),
  };
}
