/**
 * Which lines of a log a reader looks for when something went wrong, of programs of all kinds. It is wider than what makes events of a
 * run (`core/log/level.ts`): a line too many costs a reader one key. Pure.
 */
import type { LineLevel } from '../../../core/log/level.ts';
import { shorten } from '../../../core/shorten.ts';

/** Characters at the start of a line that are looked at: what a line is stands there, and long lines cost no more. */
const HEAD_CHARS = 300;

/** Most lines of most logs have none of these, and need no closer look. */
const HINT =
  /err|warn|fatal|crit|severe|panic|exception|traceback|caused by|segmentation|terminate|halted|\[[ew]::|^[efw]\d{4} /i;

/** The level that a program states, as loggers write it. The first one counts: `INFO no ERROR` is no error. */
const STATED =
  /(?<![\w/.-])(?:(?<error>ERROR|ERR|FATAL|CRITICAL|SEVERE|PANIC)|(?<warning>WARN(?:ING)?)|TRACE|DEBUG|INFO|NOTICE|NOTE)(?!\w)/;
const BRACKETS = /\[[^[\]]*\]/g;
const TIME = /\d:\d\d/;

/** Before a level are signs, brackets such as `[main]`, or a time and what a logger puts behind it; in other text it is only a word. */
const isBeforeLevel = (text: string): boolean =>
  TIME.test(text) || !/\w/.test(text.replace(BRACKETS, ''));

const ERRORS: readonly RegExp[] = [
  // `error: x`, `fatal: x`, `Error in f(x)`, `error[E0308]: x`, and behind names of programs and files: `main.c:3:5: error: x`.
  /^\s*(?:[^\s:]{1,100}:(?:\d+:){0,2} ){0,2}(?:fatal )?(?:error|fatal|critical|panic)(?::|\[| in )/i,
  // `ValueError: x`, `java.io.IOException: x`.
  /^\s*[\w.$]{0,100}(?:Error|Exception)(?::|$)/,
  /^\s*(?:Traceback \(most recent call last\)|Caused by:|Exception in thread |Unhandled exception|Uncaught )/i,
  /^\s*(?:Segmentation fault|terminate called |Execution halted|npm ERR!|npm error )/,
  // Rust, htslib, Kubernetes.
  /^\s*(?:thread '[^']*' (?:\(\d+\) )?panicked at |\[E::|[EF]\d{4} \d\d:)/,
  /(?:"(?:level|severity)"\s?:\s?"|\b(?:level|severity)="?)(?:error|fatal|critical|panic)\b/i,
];
const WARNINGS: readonly RegExp[] = [
  /^\s*(?:[^\s:]{1,100}:(?:\d+:){0,2} ){0,2}warning(?::|\[| in | message)/i,
  /^\s*(?:[^\s:]{1,100}:\d+: )?\w{0,100}Warning: /,
  /^\s*(?:npm WARN |npm warn |\[W::|W\d{4} \d\d:)/,
  /(?:"(?:level|severity)"\s?:\s?"|\b(?:level|severity)="?)warn(?:ing)?\b/i,
];

/** Of a line as a terminal shows it; undefined for the others. */
export function lineTrouble(line: string): LineLevel | undefined {
  const head = shorten(line, HEAD_CHARS);
  if (!HINT.test(head)) return undefined;
  const stated = STATED.exec(head);
  if (stated && isBeforeLevel(head.slice(0, stated.index))) {
    if (stated.groups?.['error'] !== undefined) return 'error';
    return stated.groups?.['warning'] === undefined ? undefined : 'warning';
  }
  if (ERRORS.some((pattern) => pattern.test(head))) return 'error';
  return WARNINGS.some((pattern) => pattern.test(head)) ? 'warning' : undefined;
}
