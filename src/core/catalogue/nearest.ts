/** Suggestions for a mistyped name. */
import leven from 'leven';

/** Suggestions per answer. */
const NEAREST_MAX = 3;

/** The most similar names, best first; those that differ in more than half of their letters are left out. */
export function nearestNames(wanted: string, names: readonly string[]): string[] {
  const text = wanted.toLowerCase();
  const measured = names.flatMap((name) => {
    const most = Math.ceil(Math.max(name.length, text.length) / 2);
    // leven stops measuring at `maxDistance` and returns that.
    const distance = leven(text, name, { maxDistance: most + 1 });
    return distance > most ? [] : [{ name, distance }];
  });
  measured.sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1));
  return measured.slice(0, NEAREST_MAX).map(({ name }) => name);
}
