/** A line or a range of lines in an address: `L10`, `L10-L20`. */

/** Numbers of lines, from 1; both are in the range. */
export type Place = { readonly from: number; readonly to: number };

const FORM = /^#?L(\d{1,10})(?:-L?(\d{1,10}))?$/;

/** Undefined for what is no place, such as a fragment of something else. */
export function parsePlace(fragment: string): Place | undefined {
  const found = FORM.exec(fragment);
  if (!found) return undefined;
  const [first, second] = [Number(found[1]), Number(found[2] ?? found[1])];
  if (first < 1 || second < 1) return undefined;
  return { from: Math.min(first, second), to: Math.max(first, second) };
}

/** Without the `#`. */
export const placeText = ({ from, to }: Place): string =>
  from === to ? `L${from}` : `L${from}-L${to}`;
