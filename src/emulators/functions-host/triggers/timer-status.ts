import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { readJson } from '../host-config.ts';
import { type Log, messageOf } from '../log.ts';

/** When a timer last ran, when it should run next, and when that was written. */
export type TimerStatus = {
  readonly last: Date | undefined;
  readonly next: Date;
  readonly lastUpdated: Date;
};

export type TimerStatusStore = {
  load(name: string): Promise<TimerStatus | undefined>;
  save(name: string, status: TimerStatus): Promise<void>;
};

/** Keeps nothing beyond the process: timers then never run past due. */
export function memoryTimerStatus(): TimerStatusStore {
  const all = new Map<string, TimerStatus>();
  return {
    load: async (name) => all.get(name),
    save: async (name, status) => {
      all.set(name, status);
    },
  };
}

const date = z.iso.datetime().transform((text) => new Date(text));
const schema = z.object({ Last: date.nullable(), Next: date, LastUpdated: date });

/**
 * One JSON file per timer, `<dir>/timers/<function>.json`, of the shape that the host keeps in a
 * blob. A broken file counts as absent. A failing write is logged: the timer goes on without it.
 */
export function fileTimerStatus(dir: string, log: Log): TimerStatusStore {
  const folder = join(dir, 'timers');
  const fileOf = (name: string): string => join(folder, `${name.toLowerCase()}.json`);
  return {
    async load(name) {
      try {
        const raw = await readJson(fileOf(name));
        if (raw === undefined) {
          return undefined;
        }
        const { Last, Next, LastUpdated } = schema.parse(raw);
        return { last: Last ?? undefined, next: Next, lastUpdated: LastUpdated };
      } catch (error) {
        const text = `Ignoring the broken status of timer '${name}': ${messageOf(error)}`;
        log('warning', 'Host.Triggers.Timer', text);
        return undefined;
      }
    },
    async save(name, { last, next, lastUpdated }) {
      const file = fileOf(name);
      const text = JSON.stringify({ Last: last ?? null, Next: next, LastUpdated: lastUpdated });
      try {
        await mkdir(folder, { recursive: true });
        await writeFile(`${file}.new`, text);
        await rename(`${file}.new`, file);
      } catch (error) {
        const text = `The status of timer '${name}' could not be saved: ${messageOf(error)}`;
        log('error', 'Host.Triggers.Timer', text);
      }
    },
  };
}
