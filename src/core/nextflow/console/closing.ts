/** What Nextflow prints at the end of a run that succeeded: its summary (ANSI on), and the workflow's outputs. Pure. */
import type { Completion } from './report.ts';

/** Most names and files of outputs that are kept. */
export const OUTPUTS_MAX = 1_000;

/** With Nextflow's own blanks: pipelines print similar lines. */
const SUMMARY =
  /^(Completed at: |Duration {4}: |CPU hours {3}: |Succeeded {3}: |Cached {6}: |Ignored {5}: |Failed {6}: )(\S.*)$/;
const HOURS = /^(\(a few seconds\)|\S+)(?: \((\S+) cached.*\))?/;

const count = (text: string | undefined): number | null => {
  const digits = text?.replaceAll(/['’,]/g, '') ?? '';
  return /^\d{1,12}$/.test(digits) ? Number(digits) : null;
};

export class Closing {
  readonly #summary = new Map<string, string>();
  #lists: Map<string, string[]> | null = null;
  #folder: string | null = null;
  #inOutputs = false;
  #size = 0;

  /** Whether outputs were printed, which happens on success alone. */
  get hasOutputs(): boolean {
    return this.#folder !== null || (this.#lists?.size ?? 0) > 0;
  }

  get outputs(): Readonly<Record<string, string | readonly string[]>> | null {
    if (!this.hasOutputs) return null;
    const lists = Object.fromEntries(this.#lists ?? []);
    return this.#folder === null ? lists : { ...lists, dir: this.#folder };
  }

  get completion(): Completion | null {
    const said = (name: string): string | undefined => this.#summary.get(name);
    const succeeded = count(said('Succeeded'));
    if (succeeded === null) return null;
    const [, hours = null, cachedPct = null] = HOURS.exec(said('CPU hours') ?? '') ?? [];
    return {
      completed_at: said('Completed at') ?? null,
      duration: said('Duration') ?? null,
      cpu_hours: hours,
      cached_pct: cachedPct,
      succeeded,
      cached: count(said('Cached')) ?? 0,
      ignored: count(said('Ignored')) ?? 0,
      failed: count(said('Failed')) ?? 0,
    };
  }

  take(line: string): boolean {
    const [, label = '', value = ''] = SUMMARY.exec(line) ?? [];
    if (label !== '') {
      this.#summary.set(label.slice(0, label.indexOf(':')).trimEnd(), value);
      return true;
    }
    if (line === 'Outputs:') {
      this.#inOutputs = true;
      return true;
    }
    if (!this.#inOutputs || line === '') return false;
    this.#inOutputs = this.#output(line);
    return this.#inOutputs;
  }

  #output(line: string): boolean {
    if (this.#size >= OUTPUTS_MAX) return line.startsWith('  ');
    const name = /^ {2}(\S.*):$/.exec(line)?.[1];
    const item = /^ {4}- (.*)$/.exec(line)?.[1];
    const folder = /^ {2}(\S.*)$/.exec(line)?.[1];
    this.#size += 1;
    if (name !== undefined) (this.#lists ??= new Map()).set(name, []);
    else if (item !== undefined) [...(this.#lists?.values() ?? [])].at(-1)?.push(item);
    else if (folder !== undefined) this.#folder ??= folder;
    else return line.startsWith('  ');
    return true;
  }
}
