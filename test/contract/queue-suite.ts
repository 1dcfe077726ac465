import { describe, expect, it } from 'vitest';
import type { WorkQueue } from '../../src/ports/work-queue.ts';

export type QueueUnderTest = {
  readonly queue: WorkQueue;
  /** Removes and returns the messages that are visible now. */
  drain(): Promise<readonly unknown[]>;
  /** Lets that much time pass. */
  pass(seconds: number): Promise<void>;
};

/** What every implementation of the work queue promises. `open` is called inside the tests, on an empty queue. */
export function testQueue(name: string, open: () => Promise<QueueUnderTest>): void {
  describe(`${name}: queue`, () => {
    it('delivers what was sent, as JSON', async () => {
      const { queue, drain } = await open();
      const message = { run: 'r0123456789abcde', generation: 3, text: 'läuft ✓ 😀', none: null };
      await queue.send(message);
      await queue.send({ ...message, generation: 4, dropped: undefined });
      const found = await drain();
      expect(found).toHaveLength(2);
      expect(found).toContainEqual(message);
      expect(found).toContainEqual({ ...message, generation: 4 });
      expect(await drain()).toEqual([]);
    });

    it('hides a delayed message until its time', async () => {
      const { queue, drain, pass } = await open();
      await queue.send('later', 1);
      await queue.send('much later', 604_800);
      expect(await drain()).toEqual([]);
      await pass(1);
      expect(await drain()).toEqual(['later']);
    });

    it('takes 48 KiB of JSON and not a byte more', async () => {
      const { queue, drain } = await open();
      const largest = 'x'.repeat(48 * 1024 - 2);
      await queue.send(largest);
      expect(await drain()).toEqual([largest]);
      await expect(queue.send(`${largest}x`)).rejects.toThrow(RangeError);
      await expect(queue.send('ä'.repeat(24 * 1024))).rejects.toThrow(RangeError);
      expect(await drain()).toEqual([]);
    });

    it.each([-1, 604_801, Number.NaN])('refuses a delay of %d seconds', async (delay) => {
      const { queue } = await open();
      await expect(queue.send('x', delay)).rejects.toThrow(RangeError);
    });

    it('refuses what is no JSON', async () => {
      const { queue } = await open();
      await expect(queue.send(undefined)).rejects.toThrow(RangeError);
    });
  });
}
