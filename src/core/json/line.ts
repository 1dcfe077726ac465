/** JSON as one line of a text. */

/**
 * JSON.stringify leaves three characters as they are that many readers of lines take for line ends: next
 * line, line separator, paragraph separator. (Python's `splitlines`, and clients of event streams with it.)
 */
const LINE_ENDS = /[\u0085\u2028\u2029]/g;

const escaped = (char: string): string => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** The value as JSON that no reader takes for more than one line. */
export const jsonLine = (value: unknown): string =>
  JSON.stringify(value).replace(LINE_ENDS, escaped);
