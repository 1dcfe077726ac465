/** Globs over names with slashes: `*` and `?` stay within one part, `**` goes across parts. */

const ANY = '**';
const WITHIN = '*';

/**
 * Whether the glob fits all of the text. It is read once from left to right, and all places of the
 * glob that fit so far are carried along: the time is text × glob, whatever the glob says.
 */
export function matchesGlob(glob: string, text: string): boolean {
  const tokens = glob.match(/\*{2,}|./gsu) ?? [];
  const isStar = (token: string | undefined): boolean => token?.startsWith(WITHIN) ?? false;
  /** A star may stand for nothing: the place behind it fits as well. */
  const add = (places: Set<number>, place: number): void => {
    for (let at = place; ; at += 1) {
      places.add(at);
      if (!isStar(tokens[at])) return;
    }
  };
  let places = new Set<number>();
  add(places, 0);
  for (const char of text) {
    const next = new Set<number>();
    for (const place of places) {
      const token = tokens[place];
      if (isStar(token)) {
        if (char !== '/' || token?.startsWith(ANY)) add(next, place);
      } else if (token === char || (token === '?' && char !== '/')) add(next, place + 1);
    }
    places = next;
  }
  return places.has(tokens.length);
}
