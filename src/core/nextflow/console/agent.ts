/** What Nextflow prints for coding agents (`NXF_AGENT_MODE`, from 26.04 on): marked lines, and no banner. Pure. */
import type { Completion, ErrorReport } from './report.ts';
import type { Tally } from './tally.ts';

const PIPELINE = /^\[PIPELINE\] (\S+)(?: (\S+))?(?: \| .*)?$/;
const PROCESS = /^\[PROCESS [0-9a-f]{2}\/[0-9a-f]{6}\] (\S.*)$/;
const WARNING = /^\[WARN\] (.*)$/;
const ERROR = /^\[ERROR\] (.*)$/;
const FIELD = /^(exit|cmd|stderr|stdout|workdir): ?(.*)$/;
const END = /^\[(SUCCESS|FAILED)\] completed=(\d{1,9}) failed=(\d{1,9}) cached=(\d{1,9})$/;

export class Agent {
  isOne = false;
  pipeline: string | null = null;
  succeeded: boolean | null = null;
  completion: Completion | null = null;
  readonly #tally: Tally;
  /** The first task that failed, which may have been tried again. */
  #task: string | null = null;
  readonly #fields = new Map<string, string>();
  #inError = false;

  constructor(tally: Tally) {
    this.#tally = tally;
  }

  get error(): ErrorReport | null {
    if (this.#task === null) return null;
    const said = (name: string): string | null => this.#fields.get(name) || null;
    const exit = said('exit') ?? '';
    return {
      summary: this.#task,
      fatal: this.succeeded === false,
      process: this.#task,
      exit_status: /^\d{1,9}$/.test(exit) ? Number(exit) : null,
      cause: null,
      detail: null,
      command: said('cmd'),
      output: said('stdout')?.replaceAll(' | ', '\n') ?? null,
      stderr: said('stderr')?.replaceAll(' | ', '\n') ?? null,
      log: null,
      work_dir: said('workdir'),
      container: null,
      tip: null,
    };
  }

  /** The line that stands for this one elsewhere; null for a line of the mode itself, undefined for any other. */
  take(line: string): string | null | undefined {
    const pipeline = PIPELINE.exec(line);
    const process = PROCESS.exec(line);
    const end = END.exec(line);
    if (pipeline) this.pipeline ??= pipeline[1] ?? null;
    else if (process) this.#tally.add('submitted', process[1] ?? '');
    else if (end) this.#end(end);
    else if (this.isOne) return this.#rest(line);
    else return undefined;
    this.isOne = true;
    this.#inError = false;
    return null;
  }

  #rest(line: string): string | null | undefined {
    const warning = WARNING.exec(line)?.[1];
    if (warning !== undefined) return `WARN: ${warning}`;
    const error = ERROR.exec(line)?.[1];
    if (error !== undefined) {
      this.#inError = !error.startsWith('ERROR ~ ') && this.#task === null;
      if (this.#inError) this.#task = error;
      return error.startsWith('ERROR ~ ') ? error : null;
    }
    const [, name, text = ''] = FIELD.exec(line) ?? [];
    if (name === undefined || this.#task === null)
      return line.startsWith('[WORKDIR] ') ? null : undefined;
    if (this.#inError) this.#fields.set(name, text);
    return null;
  }

  #end([, word, completed, failed, cached]: RegExpExecArray): void {
    this.succeeded = word === 'SUCCESS';
    this.completion = {
      completed_at: null,
      duration: null,
      cpu_hours: null,
      cached_pct: null,
      // It counts failed tasks as completed.
      succeeded: Math.max(0, Number(completed) - Number(failed)),
      cached: Number(cached),
      ignored: 0,
      failed: Number(failed),
    };
  }
}
