/**
 * Text as it is stored. Characters that XML, UTF-8 or line readers cannot carry are written as `^` and the four hex
 * digits of their UTF-16 unit: control characters except tab and line ends, U+2028 and U+2029 (Azurite takes them
 * for the end of an operation and then stops answering), U+FFFE, U+FFFF, lone surrogates.
 */
const ESCAPED =
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028\u2029\ufffe\uffff]|\p{Surrogate}/u;
const ESCAPED_OR_MARK = new RegExp(`\\^|${ESCAPED.source}`, 'gu');

/** Whether the text has to be escaped; most texts are stored as they are. */
export const needsEscape = (text: string): boolean => ESCAPED.test(text);

const escapeUnit = (unit: string): string => `^${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** One unit becomes at most five. */
export const escapeText = (text: string): string => text.replace(ESCAPED_OR_MARK, escapeUnit);

export const unescapeText = (text: string): string =>
  text.replace(/\^([0-9a-f]{4})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
