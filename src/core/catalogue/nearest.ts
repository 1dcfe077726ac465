/** Names that somebody who mistyped one may have meant. */
import leven from 'leven';

/** So many are told. */
const NEAREST_MAX = 3;

/** The nearest of these names, the best first; none where every one differs by more than half of its letters. */
export function nearestNames(wanted: string, names: readonly string[]): string[] {
  const text = wanted.toLowerCase();
  const measured = names.flatMap((name) => {
    const most = Math.ceil(Math.max(name.length, text.length) / 2);
    // What is too far counts as `maxDistance`: measuring stops there.
    const distance = leven(text, name, { maxDistance: most + 1 });
    return distance > most ? [] : [{ name, distance }];
  });
  measured.sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1));
  return measured.slice(0, NEAREST_MAX).map(({ name }) => name);
}
