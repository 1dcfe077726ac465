import { describe, expect, it } from 'vitest';
import { type FollowQueue, ReceiptLost } from '../../../src/ports/follow-queue.ts';

export type QueueUnderTest = {
  readonly queue: FollowQueue;
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
      await queue.send('later', 3);
      await queue.send('much later', 604_800);
      expect(await drain()).toEqual([]);
      await pass(3);
      expect(await drain()).toEqual(['later']);
    });

    it('postpones a message that nobody has received, and keeps its text', async () => {
      const { queue, drain, pass } = await open();
      const first = await queue.send('watchdog', 1);
      const second = await queue.postpone(first, 30);
      await pass(1);
      expect(await queue.waiting()).toBe(false);
      expect(await drain()).toEqual([]);
      await expect(queue.postpone(first, 30)).rejects.toThrow(ReceiptLost);
      await queue.postpone(second, 0);
      expect(await queue.waiting()).toBe(true);
      expect(await drain()).toEqual(['watchdog']);
      expect(await queue.waiting()).toBe(false);
    });

    it('postpones one message of several, also one that is visible, and gives another receipt each time', async () => {
      const { queue, drain, pass } = await open();
      const [one, two] = [await queue.send('one'), await queue.send('two')];
      const later = await queue.postpone(one, 604_800);
      expect(later).not.toEqual(one);
      expect(await drain()).toEqual(['two']);
      await expect(queue.postpone(two, 1)).rejects.toThrow(ReceiptLost);
      await queue.postpone(later, 1);
      await pass(1);
      expect(await drain()).toEqual(['one']);
    });

    it('leaves a message alone whose receipt is an old one', async () => {
      const { queue, drain } = await open();
      const old = await queue.send('watchdog', 60);
      const current = await queue.postpone(old, 0);
      await queue.remove(old);
      expect(await queue.waiting()).toBe(true);
      await queue.remove(current);
      expect(await queue.waiting()).toBe(false);
      expect(await drain()).toEqual([]);
    });

    it('says that none waits while every message is hidden, and while there never was one', async () => {
      const { queue } = await open();
      expect(await queue.waiting()).toBe(false);
      await queue.send('later', 60);
      expect(await queue.waiting()).toBe(false);
      await queue.send('now');
      expect(await queue.waiting()).toBe(true);
      expect(await queue.waiting()).toBe(true);
    });

    it('takes a message back; one that was received is no longer ours', async () => {
      const { queue, drain } = await open();
      const receipt = await queue.send('watchdog', 60);
      await queue.remove(receipt);
      await expect(queue.postpone(receipt, 1)).rejects.toThrow(ReceiptLost);
      await queue.remove(receipt);
      const taken = await queue.send('taken');
      expect(await drain()).toEqual(['taken']);
      await expect(queue.postpone(taken, 1)).rejects.toThrow(ReceiptLost);
      await queue.remove(taken);
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
      const { queue, drain } = await open();
      await expect(queue.send('x', delay)).rejects.toThrow(RangeError);
      const receipt = await queue.send('y');
      await expect(queue.postpone(receipt, delay)).rejects.toThrow(RangeError);
      expect(await drain()).toEqual(['y']);
    });

    it('refuses what is no JSON', async () => {
      const { queue } = await open();
      await expect(queue.send(undefined)).rejects.toThrow(RangeError);
    });
  });
}
