import { jsonLine } from '../core/json/line.ts';
import type { Log } from '../ports/world.ts';
import { createRedactor } from './redact.ts';
import { LEVELS, type Level } from './settings/table.ts';

export type LogOptions = {
  /** The least level that is written. */
  readonly level: Level;
  /** Writes one line, given without its line end. */
  readonly write: (line: string, level: Level) => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Gets each entry too, redacted. */
  readonly also?: (level: Level, message: string, fields: Record<string, unknown>) => void;
  /** `trace_id` and `span_id` of the work that logs, where it has them. */
  readonly trace?: () => Record<string, string>;
};

/** The entry's own fields, which a field of the same name must not replace. */
const OWN = new Set(['time', 'level', 'message']);

/**
 * The production log: one JSON object per line, `time`, `level` and `message` first, then the fields
 * of the call over those of its `child` ancestors. Errors become their name, message, code, status
 * and cause, with the stack only at level `debug`. Obvious secrets are blanked. Logging never throws.
 */
export function createLog(options: LogOptions): Log {
  const redact = createRedactor({ stacks: options.level === 'debug' });
  const threshold = LEVELS.indexOf(options.level);

  const create = (context: Record<string, unknown>): Log => {
    const writer =
      (level: Level) =>
      (message: string, fields: Record<string, unknown> = {}) => {
        if (LEVELS.indexOf(level) < threshold) return;
        try {
          const time = new Date(options.now()).toISOString();
          const entry: Record<string, unknown> = { time, level, message: redact(message) };
          const known = redact({ ...context, ...options.trace?.(), ...fields }) as Record<
            string,
            unknown
          >;
          options.also?.(level, String(entry['message']), known);
          for (const [name, value] of Object.entries(known)) {
            entry[OWN.has(name) ? `field_${name}` : name] = value;
          }
          options.write(jsonLine(entry), level);
        } catch {
          // A failure to log must not fail the logged work.
        }
      };
    return {
      debug: writer('debug'),
      info: writer('info'),
      warn: writer('warn'),
      error: writer('error'),
      child: (fields) => create({ ...context, ...fields }),
    };
  };
  return create({});
}
