/** JSON as one line of a text. */

/**
 * JSON.stringify does not escape three characters that many readers take for line ends, such as Python's `splitlines`
 * and clients of event streams built on it: next line, line separator, paragraph separator.
 */
const LINE_ENDS = /[\u0085\u2028\u2029]/g;

const escaped = (char: string): string => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** The value as JSON on one line, for every reader. */
export const jsonLine = (value: unknown): string =>
  JSON.stringify(value).replace(LINE_ENDS, escaped);
