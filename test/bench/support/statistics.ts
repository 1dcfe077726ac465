/** What samples come to. */

/** The value that `percent` of the samples do not exceed, by nearest rank; NaN without samples. */
export function percentile(samples: readonly number[], percent: number): number {
  const sorted = Float64Array.from(samples).sort();
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? Number.NaN;
}

/** p50 and p99 of the samples. Of fewer than a hundred, p99 is the largest. */
export const spread = (samples: readonly number[]) => ({
  p50: percentile(samples, 50),
  p99: percentile(samples, 99),
});

/** At most `most` of the samples, evenly taken, for the result file; figures are of all of them. */
export function thin(samples: readonly number[], most = 2_000): readonly number[] {
  const step = Math.ceil(samples.length / most);
  return step <= 1 ? samples : samples.filter((_, index) => index % step === 0);
}

/** The middle of the last third less that of the first: what a lag has grown by, in its own unit. */
export function growth(samples: readonly number[]): number {
  const third = Math.floor(samples.length / 3);
  return percentile(samples.slice(-third), 50) - percentile(samples.slice(0, third), 50);
}

/** How numbered things arrived: `seen` in the order of arrival, each from 1 to `total` wanted once. */
export function countNumbers(seen: readonly number[], total: number) {
  const once = new Set(seen.filter((number) => number >= 1 && number <= total));
  return { lost: total - once.size, doubled: seen.length - new Set(seen).size };
}
