/** Shortens text for people to read: an ellipsis stands for what is left out, and no character is cut in two. Pure. */

const ELLIPSIS = '…';
/** UTF-16 units examined around a cut: more than any visible character has (a family emoji has 25). */
const WINDOW = 64;
const characters = new Intl.Segmenter('en', { granularity: 'grapheme' });

const isLow = (text: string, at: number): boolean => /[\uDC00-\uDFFF]/.test(text.charAt(at));
const isHigh = (text: string, at: number): boolean => /[\uD800-\uDBFF]/.test(text.charAt(at));

/** Start and end of the character that a cut at `at` would split; `at` twice where it falls between two. */
function around(text: string, at: number): readonly [number, number] {
  if (at <= 0 || at >= text.length) return [at, at];
  const from = Math.max(0, at - WINDOW);
  const found = characters.segment(text.slice(from, at + WINDOW)).containing(at - from);
  const start = from + (found?.index ?? at - from);
  const end = start + (found?.segment.length ?? 0);
  if (start === at) return [at, at];
  if (at - start < WINDOW && end - at < WINDOW) return [start, end];
  // The character is longer than the window: only a surrogate pair is kept together.
  return isLow(text, at) && isHigh(text, at - 1) ? [at - 1, at + 1] : [at, at];
}

/**
 * The text in at most `max` UTF-16 units, ellipsis included. `keep` is what stays: its start, its end, or some of
 * its start and more of its end.
 */
export function shorten(
  text: string,
  max: number,
  keep: 'start' | 'end' | 'ends' = 'start',
): string {
  if (text.length <= max) return text;
  const room = max - ELLIPSIS.length;
  const head = keep === 'start' ? room : keep === 'end' ? 0 : Math.floor(room / 3);
  const [to] = around(text, head);
  const [, from] = around(text, text.length - (room - head));
  return text.slice(0, to) + ELLIPSIS + text.slice(from);
}

/** How many of the first `max` bytes are whole characters of UTF-8; all of them where the bytes are no text. */
export function wholeCharacters(bytes: Uint8Array, max: number): number {
  // A character has at most three bytes after its first one, and these begin with the bits 10.
  for (let to = max; to > max - 4 && to > 0; to -= 1)
    if (((bytes[to] ?? 0) & 0xc0) !== 0x80) return to;
  return max;
}
