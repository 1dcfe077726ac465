/** A `.nextflow.log`: its records, as the lines that the same run prints, and what only the file tells. Pure. */

const RECORD =
  /^[A-Z][a-z]{2}-\d\d \d\d:\d\d:\d\d\.\d{3} \[([^\]]{0,200})\] ([A-Z]{4,5}) {1,2}(\S{1,200}) - ?(.*)$/;
/** Where an exception came from, or the exception itself. */
const TRACE = /^(?:\s+at \S|Caused by: |(?:[\w$]+\.)+[\w$]*(?:Exception|Error)\b)/;
const EXCEPTION = /^(?:[\w$]+\.)+[\w$]*(?:Exception|Error): (.+)$/;
const STATS = /^Workflow completed > WorkflowStats\[(.*)/;
const ABORTED = /^Session aborted -- Cause: (.*)$/;
const OVER = '> Execution complete -- Goodbye';
const WARM_UP = /^\[warm up\] executor > \S+$/;

/** What a line of the file stands for. */
export type Told =
  | { readonly kind: 'console'; readonly line: string }
  | { readonly kind: 'error_end' }
  | { readonly kind: 'stats'; readonly counts: Readonly<Record<string, number>> }
  | { readonly kind: 'aborted'; readonly cause: string }
  | { readonly kind: 'over' };

export class LogFile {
  /** Whether this is such a file. */
  isOne = false;
  /** Inside an error: its text goes on, or an exception tells it. */
  #error: 'none' | 'text' | 'unknown' = 'none';

  /** What the line tells; null when the text is no such file. */
  take(line: string): readonly Told[] | null {
    const record = RECORD.exec(line);
    if (!record) return this.isOne ? this.#goOn(line) : null;
    this.isOne = true;
    const ended: readonly Told[] = this.#error === 'none' ? [] : [{ kind: 'error_end' }];
    this.#error = 'none';
    const [, , level = '', , message = ''] = record;
    return [...ended, ...this.#record(level, message)];
  }

  #record(level: string, message: string): readonly Told[] {
    if (level === 'ERROR') {
      this.#error = message === '@unknown' ? 'unknown' : 'text';
      return message === '@unknown' ? [] : [{ kind: 'console', line: `ERROR ~ ${message}` }];
    }
    if (level === 'WARN') return [{ kind: 'console', line: `WARN: ${message}` }];
    if (level === 'INFO' || WARM_UP.test(message)) return [{ kind: 'console', line: message }];
    const stats = STATS.exec(message)?.[1];
    if (stats !== undefined) return [{ kind: 'stats', counts: countsOf(stats) }];
    const cause = ABORTED.exec(message)?.[1];
    if (cause !== undefined) return [{ kind: 'aborted', cause }];
    return message === OVER ? [{ kind: 'over' }] : [];
  }

  #goOn(line: string): readonly Told[] {
    if (this.#error === 'none') return [];
    if (this.#error === 'unknown') {
      const message = EXCEPTION.exec(line)?.[1];
      if (message === undefined) return [];
      this.#error = 'none';
      return [{ kind: 'console', line: `ERROR ~ ${message}` }, { kind: 'error_end' }];
    }
    if (!TRACE.test(line)) return [{ kind: 'console', line }];
    this.#error = 'none';
    return [{ kind: 'error_end' }];
  }
}

const COUNTS_MAX = 40;
const countsOf = (text: string): Readonly<Record<string, number>> =>
  Object.fromEntries(
    text
      .split(';', COUNTS_MAX)
      .map((pair) => pair.trim().split('='))
      .filter(([, number = '']) => /^-?\d{1,9}$/.test(number))
      .map(([name = '', number]) => [name, Number(number)]),
  );
