import type { Log } from '../../ports/world.ts';

export type LogEntry = {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  /** The call's own fields over those of its `child` ancestors. */
  readonly fields: Readonly<Record<string, unknown>>;
};

export type MemoryLog = Log & { readonly entries: readonly LogEntry[] };

/** A log that keeps its entries; children write into the same list. */
export function createMemoryLog(): MemoryLog {
  const entries: LogEntry[] = [];
  const create = (context: Record<string, unknown>): MemoryLog => {
    const write =
      (level: LogEntry['level']) =>
      (message: string, fields: Record<string, unknown> = {}) => {
        entries.push({ level, message, fields: { ...context, ...fields } });
      };
    return {
      entries,
      debug: write('debug'),
      info: write('info'),
      warn: write('warn'),
      error: write('error'),
      child: (fields) => create({ ...context, ...fields }),
    };
  };
  return create({});
}
