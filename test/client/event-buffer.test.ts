import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMerge } from '../../src/client/watch/event-buffer.ts';
import type { RunEvent } from '../../src/core/events/event.ts';
import { event } from './client-world.ts';

const log = (count: number): RunEvent[] =>
  Array.from({ length: count }, (_, index) => event(index + 1, count));

function drain(merge: ReturnType<typeof createMerge>): number[] {
  const seqs: number[] = [];
  for (let next = merge.take(); next; next = merge.take()) seqs.push(next.seq);
  return seqs;
}

const upTo = (from: number, to: number): number[] =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);

describe('the merge', () => {
  it('gives 1 to n in order, each once, whatever is lost, doubled, reordered or late', () => {
    const deliveries = fc.record({
      count: fc.integer({ min: 1, max: 60 }),
      after: fc.integer({ min: 0, max: 70 }),
      window: fc.integer({ min: 1, max: 80 }),
      page: fc.integer({ min: 1, max: 20 }),
      pushed: fc.array(fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 8 }), {
        maxLength: 40,
      }),
      takes: fc.infiniteStream(fc.boolean()),
    });
    fc.assert(
      fc.property(deliveries, ({ count, after, window, page, pushed, takes }) => {
        const all = log(count);
        const merge = createMerge(after, window);
        const got: number[] = [];
        for (const seqs of pushed) {
          merge.add(seqs.flatMap((seq) => all[seq - 1] ?? []));
          if (takes.next().value) got.push(...drain(merge));
        }
        merge.head(count, true);
        for (let rounds = 0; !merge.finished() && rounds < 1_000; rounds += 1) {
          got.push(...drain(merge));
          for (const range of merge.missing(page, 3)) {
            merge.add(all.slice(range.after, range.after + range.limit));
          }
        }
        expect(got).toEqual(upTo(after + 1, count));
        expect(merge.finished()).toBe(true);
        expect(merge.behind()).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  it('never holds more than its window, and asks only for what it can hold and has not', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10 }),
        fc.array(fc.integer({ min: 1, max: 16 }), { minLength: 5, maxLength: 60 }),
        (window, seqs) => {
          const all = log(40);
          const merge = createMerge(0, window);
          for (const seq of seqs) merge.add(all.slice(seq - 1, seq));
          expect(merge.size()).toBeLessThanOrEqual(window);
          const known = Math.max(0, ...seqs);
          const held = new Set(seqs.filter((seq) => seq <= window));
          const asked = merge
            .missing(3, 100)
            .flatMap(({ after, limit }) => upTo(after + 1, after + limit));
          const wanted = upTo(1, Math.min(known, window)).filter((seq) => !held.has(seq));
          expect(asked).toEqual(wanted);
          const taken = drain(merge);
          expect(merge.behind()).toBe(known > taken.length);
          merge.add(all.slice(0, taken.length));
          expect(merge.size()).toBeLessThanOrEqual(held.size - taken.length);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('is not finished by a notice of the end while an event before it is missing', () => {
    const merge = createMerge(0, 10);
    merge.add(log(3).slice(0, 2));
    drain(merge);
    merge.head(3, true);
    expect(merge.finished()).toBe(false);
    merge.add(log(3));
    drain(merge);
    expect(merge.finished()).toBe(true);
  });

  it('is finished at once when the caller has everything already', () => {
    const merge = createMerge(3, 10);
    merge.head(3, true);
    expect(merge.finished()).toBe(true);
  });
});
