/** Picks from a driver's last lines the one that best explains its failure. Pure. */
import { shown } from './terminal.ts';

/** Begins with an error level, or with Nextflow's older form of it. */
const ERROR = /^(?:\[?(?:ERROR|FATAL|CRITICAL)\b|Error executing process > )/;
/** Java and Nextflow. The cause follows on the same line or the next. */
const CAUSE = /^Caused by:/;
/** The last line of an uncaught exception in Java, Python, JavaScript, Go, Rust; of git and many others. */
const EXCEPTION =
  /^(?:Exception in thread |Uncaught |(?:[\w$]+\.)*[A-Z][\w$]*(?:Error|Exception)(?:: |$)|(?:[Ee]rror|[Ff]atal|[Ff]atal error|panic): |thread '[^']*' (?:\(\d+\) )?panicked at )/;

/** Closing phrases: that it has ended, where to read on, what was cleaned up; not why. */
const CLOSING: readonly RegExp[] = [
  // Punctuation only.
  /^[^\p{L}\p{N}]*$/u,
  // A progress bar. The check for letters comes first and runs once: a long line of nothing but `1%` would take quadratic time.
  /^(?:(?=[^\p{L}]*$)[^\p{L}]*\d ?%|[^\p{L}]*\d ?%\|)/u,
  // Nextflow and nf-core.
  /^-+ ?Check (?:script )?'/,
  /^Tip: /,
  /^-?\[[^\]]*\] Pipeline completed with errors/,
  /Pipeline failed\. Please refer to/,
  /^Execution (?:cancelled|aborted)\b/,
  /^(?:Completed at|Duration|CPU hours|Succeeded|Cached|Ignored|Failed|Work dir|Container) *:/,
  /^WARN(?:ING)?\b/,
  // Where an exception came from.
  /^at \S.*(?:\)|:\d+)$/,
  /^\.\.\. \d+ (?:more|common frames omitted)$/,
  /^Node\.js v\d/,
  /^note: run with `?RUST_BACKTRACE/,
  /^goroutine \d+ /,
  /^exit status \d+$/,
  // Builds and shells.
  /^g?make(?:\[\d+\])?: (?:\*\*\*|Leaving directory)/,
  /^npm (?:ERR!|error) (?:A complete log|.*-debug-\d+\.log)/,
  /^BUILD FAILED\b/,
  /^\* ?(?:Get more help at|Try:)/,
  /^(?:For (?:more|further) (?:information|details|help)|See .* for (?:more )?(?:information|details))\b/i,
  /^(?:the )?(?:process|command|script|program)\b.{0,40}\b(?:exited|failed|finished|terminated) with (?:exit |status |return |non-zero )*(?:code|status)?:? ?\d*\.?$/i,
  /^(?:exit(?:ing|ed)?|abort(?:ing|ed)?|terminat(?:ing|ed)|quit(?:ting)?|shutting down|stopping|cleaning up|clean-?up|done|finished|failed|goodbye|bye)\b[\s.!…]*$/i,
  /^exit(?:ing|ed)?(?: with)?(?: (?:code|status))+:? ?\d+\.?$/i,
];

const isClosing = (line: string): boolean => CLOSING.some((pattern) => pattern.test(line.trim()));

/** The cause that the last `Caused by` names: in a chain of causes the root one. */
function causeOf(lines: readonly string[]): string | undefined {
  const at = lines.findLastIndex((line) => CAUSE.test(line));
  if (at < 0) return undefined;
  return sentenceAt(lines, at).replace(CAUSE, '').trim() || undefined;
}

/** The line, joined with the next one when it ends in a colon. */
function sentenceAt(lines: readonly string[], at: number): string {
  const line = (lines[at] ?? '').trim();
  return line.endsWith(':') ? `${line} ${(lines[at + 1] ?? '').trim()}`.trimEnd() : line;
}

/**
 * One line: the last one that begins with ERROR, with its cause; else the cause; else the last exception; else the
 * last line that is not a closing phrase. Empty when nothing was printed. `text` is the end of a log and may begin
 * inside a line.
 */
export function lastWords(text: string): string {
  const lines = text
    .replace(/^\uFFFD+/, '')
    .split('\n')
    .map((line) => shown(line).trimEnd())
    .filter((line) => line !== '');
  const telling = lines.filter((line) => !isClosing(line));
  const error = telling.findLast((line) => ERROR.test(line));
  const cause = causeOf(error === undefined ? lines : lines.slice(lines.lastIndexOf(error)));
  if (error !== undefined) return cause === undefined ? error : `${error}: ${cause}`;
  if (cause !== undefined) return `Caused by: ${cause}`;
  const exception = telling.findLastIndex((line) => EXCEPTION.test(line));
  if (exception >= 0) return sentenceAt(telling, exception);
  return (telling.at(-1) ?? lines.at(-1) ?? '').trim();
}
