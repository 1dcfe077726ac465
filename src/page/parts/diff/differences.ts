/** Differences of two texts, line by line. */
import { diffLines } from 'diff';

/** Lines that are the same are shown so far around a change. */
const AROUND = 3;
/** Texts that have little in common take the comparison long: then both are shown whole. */
const EDITS_MAX = 1_000;

type Line = { readonly sign: ' ' | '-' | '+'; readonly text: string };

export function linesOf(before: string, after: string): readonly Line[] {
  const parts = diffLines(before, after, { maxEditLength: EDITS_MAX }) ?? [
    { value: before, removed: true, added: false },
    { value: after, removed: false, added: true },
  ];
  return parts.flatMap(({ value, added, removed }) =>
    value
      .replace(/\n$/, '')
      .split('\n')
      .map((text): Line => ({ sign: added ? '+' : removed ? '-' : ' ', text })),
  );
}

/** Runs of lines around changes, with the index of the first of each. */
export function hunksOf(lines: readonly Line[]): readonly { at: number; lines: readonly Line[] }[] {
  const shown = lines.map((_, at) =>
    lines.slice(Math.max(0, at - AROUND), at + AROUND + 1).some(({ sign }) => sign !== ' '),
  );
  const hunks: { at: number; lines: Line[] }[] = [];
  for (const [at, line] of lines.entries()) {
    if (!shown[at]) continue;
    if (at === 0 || !shown[at - 1]) hunks.push({ at, lines: [] });
    hunks.at(-1)?.lines.push(line);
  }
  return hunks;
}
