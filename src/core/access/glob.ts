/** Globs over names with slashes: `*` and `?` stay within one part, `**` goes across parts. */

const ANY = '**';
const WITHIN = '*';

/**
 * Whether the glob matches the whole text. One pass from left to right keeps every position of the glob
 * that matches so far, so the time is at most text × glob.
 */
export function matchesGlob(glob: string, text: string): boolean {
  const tokens = glob.match(/\*{2,}|./gsu) ?? [];
  const isStar = (token: string | undefined): boolean => token?.startsWith(WITHIN) ?? false;
  /** A star may match nothing, so the position after it matches as well. */
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
