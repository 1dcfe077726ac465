/** What every implementation of the Push port promises. */
import { describe, expect, test, vi } from 'vitest';
import type { Push } from '../../../src/ports/push.ts';
import { PATIENCE } from '../../support/patience.ts';

export type PushUnderTest = {
  readonly push: Push;
  /** Makes a client of the user a member of the group; resolves when it is one. */
  join(
    group: string,
    userId?: string,
  ): Promise<{ readonly received: unknown[]; leave(): Promise<void> }>;
};

const RUN = 'default.run.r0abc';

export function pushContract(name: string, open: () => Promise<PushUnderTest>): void {
  describe(`push on ${name}`, () => {
    test('reaches every member of the group, in order, and nobody else', async () => {
      const { push, join } = await open();
      const [one, two, other] = [await join(RUN), await join(RUN), await join('default.run.r0abd')];
      const messages = Array.from({ length: 10 }, (_, index) => ({ events: [{ seq: index + 1 }] }));
      for (const message of messages) await push.send(RUN, message);
      await push.send('default.run.r0abd', { last: true });
      await vi.waitUntil(() => one.received.length === 10 && two.received.length === 10, PATIENCE);
      await vi.waitUntil(() => other.received.length > 0, PATIENCE);
      expect(one.received).toEqual(messages);
      expect(two.received).toEqual(messages);
      expect(other.received).toEqual([{ last: true }]);
    });

    test('accepts a message to an empty group', async () => {
      const { push } = await open();
      await push.send('default.run.nobody', { events: [] });
    });

    test('delivers what the message was when it was sent', async () => {
      const { push, join } = await open();
      const member = await join(RUN);
      const message = { text: 'ä\n"\u0000', list: [1], gone: undefined };
      const sent = push.send(RUN, message);
      message.list.push(2);
      await sent;
      await vi.waitUntil(() => member.received.length === 1, PATIENCE);
      expect(member.received).toEqual([{ text: 'ä\n"\u0000', list: [1] }]);
    });

    test('takes a message of 900 KB and refuses a larger one', async () => {
      const { push, join } = await open();
      const member = await join(RUN);
      const overhead = JSON.stringify({ text: '' }).length;
      const text = 'x'.repeat(900_000 - overhead);
      await push.send(RUN, { text });
      await expect(push.send(RUN, { text: `${text}x` })).rejects.toThrow(RangeError);
      await vi.waitUntil(() => member.received.length === 1, PATIENCE);
      expect(member.received).toEqual([{ text }]);
    });

    test('counts the members of a group, up to the limit', async () => {
      const { push, join } = await open();
      expect(await push.count(RUN, 10)).toBe(0);
      const members = [await join(RUN), await join(RUN), await join(RUN)];
      await join('default');
      expect(await push.count(RUN, 10)).toBe(3);
      expect(await push.count(RUN, 3)).toBe(3);
      expect(await push.count(RUN, 2)).toBe(2);
      expect(await push.count(RUN, 0)).toBe(0);
      await members[0]?.leave();
      await vi.waitFor(async () => expect(await push.count(RUN, 10)).toBe(2), PATIENCE);
    });

    test('closes all connections of one user, and no others', async () => {
      const { push, join } = await open();
      for (const userId of ['default.ann', 'default.ann', 'default.bob']) await join(RUN, userId);
      await push.closeUser('default.ann');
      await vi.waitFor(async () => expect(await push.count(RUN, 10)).toBe(1), PATIENCE);
      await push.closeUser('default.ann');
      await push.closeUser('default.nobody');
      expect(await push.count(RUN, 10)).toBe(1);
    });

    test('gives a WebSocket address', async () => {
      const { push } = await open();
      const url = new URL(
        await push.clientUrl({ userId: 'ann', groups: [RUN], mayJoin: ['default.*'], minutes: 5 }),
      );
      expect(url.protocol).toMatch(/^wss?:$/);
      expect(url.searchParams.get('access_token')).not.toBeNull();
    });
  });
}
