import type { LogLevel } from './contract.ts';

/** One line of the host's log. `category` is `Host.…`, `Function.<name>` or `Function.<name>.User`. */
export type HostLogLine = {
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly level: LogLevel;
  readonly category: string;
  readonly message: string;
  readonly function?: string;
  readonly invocationId?: string;
  /** Stack of the error this line is about. */
  readonly stack?: string;
};

export type LogFields = Pick<HostLogLine, 'function' | 'invocationId' | 'stack'>;
export type Log = (
  level: LogLevel,
  category: string,
  message: string,
  fields?: Partial<LogFields>,
) => void;

const ORDER: Readonly<Record<LogLevel, number>> = {
  trace: 0,
  debug: 1,
  information: 2,
  warning: 3,
  error: 4,
  critical: 5,
  none: 6,
};

export function isLogLevel(text: string): text is LogLevel {
  return Object.hasOwn(ORDER, text);
}

/**
 * Least level for a category, by host.json `logging.logLevel`: the longest key that is a prefix of
 * the category wins, then `default`, then `information` (the Functions host's default).
 */
function leastLevel(levels: ReadonlyMap<string, LogLevel>, category: string): LogLevel {
  let best = levels.get('default') ?? 'information';
  let length = 0;
  for (const [prefix, level] of levels) {
    if (prefix.length > length && category.toLowerCase().startsWith(prefix)) {
      best = level;
      length = prefix.length;
    }
  }
  return best;
}

/** `levels` maps lower-case category prefixes to least levels. A sink that throws loses its line only. */
export function createLog(
  sink: ((line: HostLogLine) => void) | undefined,
  levels: () => ReadonlyMap<string, LogLevel>,
): Log {
  return (level, category, message, fields) => {
    if (sink === undefined || level === 'none') {
      return;
    }
    if (ORDER[level] < ORDER[leastLevel(levels(), category)]) {
      return;
    }
    try {
      sink({ time: new Date().toISOString(), level, category, message, ...fields });
    } catch {
      // A broken sink must not break the invocation that logs.
    }
  };
}

/** The error's message, or the thrown thing as text. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export function stackOf(error: unknown): { readonly stack?: string } {
  return error instanceof Error && error.stack !== undefined ? { stack: error.stack } : {};
}
