/**
 * Reads what Nextflow prints, line by line: with its progress table or without, of any version from 0.28 on, for agents, or
 * its `.nextflow.log`. Holds bounded state whatever comes, takes linear time, and throws at nothing. Text only explains: a task can
 * print anything, so the exit code and the trace decide.
 */
import { Agent } from './agent.ts';
import { Closing } from './closing.ts';
import { ErrorBlocks } from './error-block.ts';
import { plain, withoutLostColours } from './lines.ts';
import { LogFile, type Told } from './log-file.ts';
import { Loose } from './loose.ts';
import { makeReport, type Seen } from './make-report.ts';
import type { NextflowReport } from './report.ts';
import { Table } from './table.ts';
import { Tally } from './tally.ts';

const BANNER = /N E X T F L O W/;
const VERSION = /version (\d[\w.-]{0,40})/;
const LOST_COLOUR = /^\[\d{0,3}(?:;\d{1,3})*m/;
const LAUNCHING =
  /^(?:Launching|\* PREVIEW \*) `?([^`]+?)`? \[([^\]]+)\](?: DSL(\d))?(?: -)? revision: (\S+)(?: \[([^\]]+)\])?$/;
const PULLING = /^Pulling (\S+) \.\.\.$/;
const NOTICE = /Nextflow (\S+) is available - Please consider updating/;
const URL_OF = /^Monitor the execution with .{1,40} using this (?:URL: |url )(\S+)$/;
const POD = /^Pod started: (\S+)/;
const WARM_UP = /^\[warm up\] executor > (\S+)$/;
const CANCELLED = /^Execution cancelled -- Finishing pending tasks before exit/;
/** Lines of Nextflow that tell nothing that is asked for. */
const NOISE =
  /^(?: ?downloaded from |Already-up-to-date|Downloading plugin |Staging foreign file: |Creating env using |Pulling (?:Singularity|Apptainer|Charliecloud|Docker) image |Waiting for (?:remaining tasks|file transfers) to complete|Pod submitted: |One more CTRL\+C to force exit|Adieu$)/;

export class Console {
  readonly #tally = new Tally();
  readonly #table = new Table();
  readonly #errors = new ErrorBlocks();
  readonly #file = new LogFile();
  readonly #agent = new Agent(this.#tally);
  readonly #closing = new Closing();
  readonly #loose = new Loose();
  readonly #head: Seen['head'] = {};
  #lostColours = false;
  #warmUp: string | null = null;
  #aborted: string | null = null;
  #over = false;
  #stats: Readonly<Record<string, number>> | null = null;

  /** Takes the next line, without its end. */
  line(text: string): void {
    let line = plain(text);
    if (LOST_COLOUR.test(line) && BANNER.test(line)) this.#lostColours = true;
    if (this.#lostColours) line = withoutLostColours(line);
    const told = this.#file.take(line);
    if (told === null) this.#console(line);
    else told.forEach((each) => this.#told(each));
  }

  /** What was found so far. */
  report(): NextflowReport {
    return makeReport({
      head: this.#head,
      tally: this.#tally,
      table: this.#table,
      errors: this.#errors,
      agent: this.#agent,
      closing: this.#closing,
      loose: this.#loose,
      isFile: this.#file.isOne,
      warmUp: this.#warmUp,
      aborted: this.#aborted,
      over: this.#over,
      stats: this.#stats,
    });
  }

  #told(told: Told): void {
    if (told.kind === 'console') this.#console(told.line);
    else if (told.kind === 'error_end') this.#errors.close();
    else if (told.kind === 'stats') this.#stats = told.counts;
    else if (told.kind === 'aborted') this.#aborted ??= told.cause;
    else this.#over = true;
  }

  #console(line: string): void {
    if (this.#head.nextflow_version === undefined) {
      const stands = this.#agent.take(line);
      if (stands === null) return;
      if (stands !== undefined) return this.#plain(stands);
    }
    this.#plain(line);
  }

  #plain(line: string): void {
    if (!this.#tally.seen && this.#table.take(line)) {
      this.#errors.end();
      this.#loose.killed = false;
      return;
    }
    this.#table.other(line);
    if (this.#progress(line) || this.#tally.warning(line)) {
      this.#errors.interrupt();
      this.#loose.killed = false;
      return;
    }
    if (this.#errors.take(line)) return;
    if (this.#begin(line) || this.#closing.take(line)) return;
    if (line === '' || NOISE.test(line)) return;
    const isRunning = this.#tally.seen || this.#table.seen;
    this.#loose.take(line, isRunning);
  }

  /** A task, where there is no table: a run shows one of the two, so that the other is text of a task. */
  #progress(line: string): boolean {
    if (!this.#table.seen && this.#tally.task(line)) return true;
    if (this.#tally.note(line)) return true;
    if (!CANCELLED.test(line)) return false;
    this.#tally.cancelled();
    return true;
  }

  /** Lines of the begin; the first of each counts. */
  #begin(line: string): boolean {
    const head = this.#head;
    if (BANNER.test(line)) {
      head.nextflow_version ??= VERSION.exec(line)?.[1] ?? 'unknown';
      return true;
    }
    const launch = LAUNCHING.exec(line);
    if (launch) {
      const [, pipeline = '', run_name = '', dsl, revision = '', branch] = launch;
      head.launch ??= {
        pipeline,
        run_name,
        dsl: dsl === undefined ? null : Number(dsl),
        revision,
        branch: branch ?? null,
      };
      return true;
    }
    const found = (pattern: RegExp): string | undefined => pattern.exec(line)?.[1];
    const pulling = found(PULLING);
    const notice = found(NOTICE);
    const url = found(URL_OF);
    const pod = found(POD);
    const warmUp = found(WARM_UP);
    head.pulling ??= pulling;
    head.launcher_update_notice ??= notice;
    head.sticky_url ??= url;
    head.driver_pod ??= pod;
    this.#warmUp ??= warmUp ?? null;
    return [pulling, notice, url, pod, warmUp].some((each) => each !== undefined);
  }
}
