/** Lines that are not Nextflow's own: what a pipeline, a shell or a refused start says of the end. Pure. */

const ENDED =
  /\b(?:workflow|pipeline|analysis|run|execution)\b.{0,40}?\b(?:completed?|finished|done|succeeded)\b(.*)/i;
const BADLY = /\b(?:with errors?|unsuccessful|failed|failure)\b/i;
const SURE = /\bsuccessful/i;
const FAILED = /\b(?:workflow|pipeline|analysis|execution)\b.{0,20}?\b(?:failed|aborted)\b/i;
const HELP =
  /^(?:Typical pipeline command:|Usage:|The typical command for running the pipeline is)/i;
/** A shell tells that the system killed its program; a prompt may follow. */
const KILLED = /^(?:\S.{0,200}: line \d{1,6}: +\d{1,9} )?Killed\b/;
/** Nextflow, before it prints errors with a mark (22.10 and older), and what it says when it cannot go on at all. */
const FATAL =
  /^(?:Execution aborted due to an unexpected error|No such (?:variable|file|file or directory): |No such property: |Unknown method invocation |Unable to parse config file|Unable to acquire lock on session|Script compilation (?:error|failed)|Missing process or function |Cannot find script file: |Can't find a run with the specified id: |Unknown option: |Unauthorized Seqera Platform API access|Remote resource not found: |Java heap space|.{0,80}java\.lang\.OutOfMemoryError)/;
/** What refuses a start, where nothing has run: words of pipelines too. */
const REFUSED =
  /^(?:\[?[\w -]{0,30}\berror\]?(?::|\s)|Cannot |Can't |Unable to |Unknown |Missing |Invalid |Unauthorized |Not a valid |No such |Illegal |Project |Nothing to run|Unexpected )/i;

export class Loose {
  /** The last word of the pipeline itself; null without one. */
  verdict: 'succeeded' | 'failed' | null = null;
  verdictLine = '';
  help = false;
  killed = false;
  fatal: string | null = null;
  refused: string | null = null;
  /** Lines after the first task. */
  count = 0;

  take(line: string, isRunning: boolean): void {
    if (isRunning) this.count += 1;
    if (HELP.test(line)) this.help = true;
    if (KILLED.test(line)) this.killed = true;
    if (FATAL.test(line)) this.fatal ??= line;
    else if (!isRunning && REFUSED.test(line)) this.refused ??= line;
    const told = ENDED.exec(line)?.[1];
    const isBad = FAILED.test(line) || (told !== undefined && BADLY.test(told) && !SURE.test(told));
    if (told === undefined && !isBad) return;
    this.verdict = isBad ? 'failed' : 'succeeded';
    this.verdictLine = line;
  }
}
