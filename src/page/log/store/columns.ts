/** How wide a line is in a font of fixed width. */
import stringWidth from 'string-width';

const TAB = 8;
/**
 * Fallback fonts of wide and combined characters are not exactly as wide as whole columns, and a wide one leaves an empty column where
 * a line is broken.
 */
const SLACK = 1.1;

const isPlain = (text: string): boolean => /^[ -~]*$/.test(text);
const width = (text: string): number => (isPlain(text) ? text.length : stringWidth(text));

/** Tabs as blanks, as a terminal shows them; `column` is where the text begins. */
export function expandTabs(text: string, column = 0): string {
  if (!text.includes('\t')) return text;
  let at = column;
  return text.replaceAll(/\t|[^\t]+/g, (part) => {
    const blanks = TAB - (at % TAB);
    at += part === '\t' ? blanks : width(part);
    return part === '\t' ? ' '.repeat(blanks) : part;
  });
}

/** Columns of a text without control characters and tabs; of one with other than plain letters rather too many than too few. */
export const columnsOf = (text: string): number =>
  isPlain(text) ? text.length : Math.ceil(stringWidth(text) * SLACK);
