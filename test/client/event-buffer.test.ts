import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createEventBuffer } from '../../src/client/watch/event-buffer.ts';
import type { RunEvent } from '../../src/core/events/event.ts';
import { event } from './client-world.ts';

const log = (count: number): RunEvent[] =>
  Array.from({ length: count }, (_, index) => event(index + 1, count));

function drain(buffer: ReturnType<typeof createEventBuffer>): number[] {
  const seqs: number[] = [];
  for (let next = buffer.take(); next; next = buffer.take()) seqs.push(next.seq);
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
        const buffer = createEventBuffer(after, window);
        const got: number[] = [];
        for (const seqs of pushed) {
          buffer.add(seqs.flatMap((seq) => all[seq - 1] ?? []));
          if (takes.next().value) got.push(...drain(buffer));
        }
        buffer.head(count, true);
        for (let rounds = 0; !buffer.finished() && rounds < 1_000; rounds += 1) {
          got.push(...drain(buffer));
          for (const range of buffer.missing(page, 3)) {
            buffer.add(all.slice(range.after, range.after + range.limit));
          }
        }
        expect(got).toEqual(upTo(after + 1, count));
        expect(buffer.finished()).toBe(true);
        expect(buffer.isBehind()).toBe(false);
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
          const buffer = createEventBuffer(0, window);
          for (const seq of seqs) buffer.add(all.slice(seq - 1, seq));
          expect(buffer.size()).toBeLessThanOrEqual(window);
          const known = Math.max(0, ...seqs);
          const held = new Set(seqs.filter((seq) => seq <= window));
          const asked = buffer
            .missing(3, 100)
            .flatMap(({ after, limit }) => upTo(after + 1, after + limit));
          const wanted = upTo(1, Math.min(known, window)).filter((seq) => !held.has(seq));
          expect(asked).toEqual(wanted);
          const taken = drain(buffer);
          expect(buffer.isBehind()).toBe(known > taken.length);
          buffer.add(all.slice(0, taken.length));
          expect(buffer.size()).toBeLessThanOrEqual(held.size - taken.length);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('is not finished by a notice of the end while an event before it is missing', () => {
    const buffer = createEventBuffer(0, 10);
    buffer.add(log(3).slice(0, 2));
    drain(buffer);
    buffer.head(3, true);
    expect(buffer.finished()).toBe(false);
    buffer.add(log(3));
    drain(buffer);
    expect(buffer.finished()).toBe(true);
  });

  it('is finished at once when the caller has everything already', () => {
    const buffer = createEventBuffer(3, 10);
    buffer.head(3, true);
    expect(buffer.finished()).toBe(true);
  });
});
