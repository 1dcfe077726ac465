/** Finds a pattern in single lines. Pure. */

export type Pattern = {
  readonly text: string;
  /** Otherwise it is found as it is written. */
  readonly isRegex: boolean;
  readonly isCased: boolean;
};

/** Throws a SyntaxError for what is no regular expression. */
export function compile({ text, isRegex, isCased }: Pattern): RegExp {
  const source = isRegex ? text : text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
  const flags = isCased ? 'g' : 'gi';
  try {
    return new RegExp(source, `${flags}u`);
  } catch (error) {
    if (!isRegex) throw error;
    // Without `u`, escapes that mean nothing are allowed, as in most tools.
    return new RegExp(source, flags);
  }
}

/** Marks in one line; more would not be told apart. */
const MARKS_MAX = 200;

/** Where the pattern is: pairs of start and end. Empty matches are no marks. */
export function marksIn(text: string, pattern: RegExp): number[] {
  const marks: number[] = [];
  pattern.lastIndex = 0;
  for (const found of text.matchAll(pattern)) {
    if (found[0] === '') continue;
    marks.push(found.index, found.index + found[0].length);
    if (marks.length >= MARKS_MAX * 2) break;
  }
  return marks;
}

export function isIn(text: string, pattern: RegExp): boolean {
  pattern.lastIndex = 0;
  return pattern.test(text);
}
