/** Whether what clients received is what the driver printed. Pure, but for the hash. */
import { createHash } from 'node:crypto';

/** The last line of the example: how many lines came before it, and their SHA-256. */
const LAST = /^output: (\d+) lines, sha256 ([0-9a-f]{64})$/;

export type Verdict = {
  readonly lost: number;
  readonly doubled: number;
  /** Every line once, in order. */
  readonly exact: boolean;
  /** What is wrong, for a person. */
  readonly why: string | null;
};

const counts = (lines: readonly string[]): Map<string, number> => {
  const result = new Map<string, number>();
  for (const line of lines) result.set(line, (result.get(line) ?? 0) + 1);
  return result;
};

/** Compares with the driver's own copy, line by line. */
export function compare(printed: readonly string[], received: readonly string[]): Verdict {
  const [want, got] = [counts(printed), counts(received)];
  let lost = 0;
  let doubled = 0;
  for (const [line, count] of want) lost += Math.max(0, count - (got.get(line) ?? 0));
  for (const [line, count] of got) doubled += Math.max(0, count - (want.get(line) ?? 0));
  const at = printed.findIndex((line, index) => received[index] !== line);
  const exact = at === -1 && received.length === printed.length;
  const where = at === -1 ? printed.length : at;
  const why = exact
    ? null
    : `line ${where + 1} is ${JSON.stringify(received[where] ?? null)}, printed was ${JSON.stringify(printed[where] ?? null)}`;
  return { lost, doubled, exact, why };
}

/**
 * Checks against the driver's last line alone, where its copy is out of reach. Lines carry their
 * number, so a doubled or lost one shows in the hash.
 */
export function checkByHash(received: readonly string[]): Verdict {
  const lines = received.slice(0, -1);
  const [, count, hash] = LAST.exec(received.at(-1) ?? '') ?? [];
  if (count === undefined) {
    return {
      lost: 1,
      doubled: 0,
      exact: false,
      why: 'the last line does not say what was printed',
    };
  }
  const printed = Number(count);
  const text = lines.map((line) => `${line}\n`).join('');
  const same = createHash('sha256').update(text).digest('hex') === hash;
  const exact = same && lines.length === printed;
  return {
    lost: Math.max(0, printed - lines.length),
    doubled: Math.max(0, lines.length - printed),
    exact,
    why: exact ? null : `${lines.length} lines of ${printed} came, or not in order, or changed`,
  };
}

/** The middle and the largest of some numbers; null without any. */
export function spread(values: readonly number[]): { p50: number; max: number } | null {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted[Math.floor((sorted.length - 1) / 2)];
  return middle === undefined ? null : { p50: middle, max: sorted.at(-1) ?? middle };
}
