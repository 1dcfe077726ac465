import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebPubSubClient } from '@azure/web-pubsub-client';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createPush } from '../../../src/adapters/azure/push.ts';
import { createMemoryPush } from '../../../src/adapters/memory/push.ts';
import type { Push } from '../../../src/ports/push.ts';
import { GROUP, HUB, openSocket, start } from '../../emulators/web-pubsub/support.ts';
import { PATIENCE } from '../../support/patience.ts';
import { pushContract } from './push.ts';

pushContract('Web PubSub, through its emulator', async () => {
  const service = await start({ units: 'unlimited' });
  const push = createPush({ connectionString: service.connectionString }, HUB);
  return {
    push,
    async join(group, userId = 'ann') {
      const url = await push.clientUrl({ userId, groups: [group], mayJoin: [], minutes: 1 });
      const received: unknown[] = [];
      const { socket, closed } = await openSocket(url);
      socket.on('message', (data: Buffer) => received.push(JSON.parse(data.toString())));
      return {
        received,
        async leave() {
          socket.close();
          await closed;
        },
      };
    },
  };
});

pushContract('memory', async () => {
  const push = createMemoryPush();
  return {
    push,
    async join(group, userId) {
      const received: unknown[] = [];
      const leave = push.join(group, (message) => received.push(message), userId);
      return { received, leave: async () => leave() };
    },
  };
});

describe('Web PubSub', () => {
  const azure = async () => {
    const service = await start({ units: 'unlimited' });
    return { service, push: createPush({ connectionString: service.connectionString }, HUB) };
  };
  const connect = async (push: Push, groups: string[], mayJoin: string[]) => {
    const client = new WebPubSubClient(
      { getClientAccessUrl: () => push.clientUrl({ userId: 'ann', groups, mayJoin, minutes: 5 }) },
      { messageRetryOptions: { maxRetries: 0 } },
    );
    onTestFinished(() => client.stop());
    await client.start();
    return client;
  };

  test('a client is in the groups of its address and may join what it may, and no more', async () => {
    const { service, push } = await azure();
    const client = await connect(push, ['default'], ['default.run.*', 'lane.a']);
    await client.joinGroup(GROUP);
    await client.joinGroup('lane.a');
    await expect(client.joinGroup('lane.b')).rejects.toThrow();
    await expect(client.joinGroup('other.run.r0abc')).rejects.toThrow();
    await expect(client.joinGroup('default.run.r0abc.deeper')).rejects.toThrow();
    await expect(client.sendToGroup('default', 'x', 'text')).rejects.toThrow();
    expect(service.connections()).toMatchObject([
      { userId: 'ann', groups: ['default', GROUP, 'lane.a'] },
    ]);
  });

  test('only a star is special in a pattern, and two cross no dot either', async () => {
    const { push } = await azure();
    const client = await connect(push, [], ['a.**', 'b?.*']);
    await client.joinGroup('a.b');
    await client.joinGroup('b?.c');
    await expect(client.joinGroup('a.b.c')).rejects.toThrow();
    await expect(client.joinGroup('bx.c')).rejects.toThrow();
  });

  test('a publish that fails once is tried again, and one that fails for good rejects', async () => {
    const { service, push } = await azure();
    service.faults.failNextPublishes(1, 503);
    await push.send(GROUP, {});
    service.faults.failNextPublishes(10, 503);
    await expect(push.send(GROUP, {})).rejects.toMatchObject({ statusCode: 503 });
  });

  test('a publish that succeeds although it says it failed arrives twice', async () => {
    const { service, push } = await azure();
    const url = await push.clientUrl({ userId: 'a', groups: [GROUP], mayJoin: [], minutes: 5 });
    const { frames } = await openSocket(url);
    service.faults.failNextPublishes(1, 500, { delivered: true });
    await push.send(GROUP, { seq: 1 });
    await vi.waitUntil(() => frames.length === 2, PATIENCE);
    expect(frames).toEqual(['{"seq":1}', '{"seq":1}']);
  });

  test('every call to a service that never answers rejects within its deadline', async () => {
    const mute = createServer(() => undefined);
    await new Promise<void>((resolve) => void mute.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void (mute.closeAllConnections(), mute.close()));
    const { port } = mute.address() as AddressInfo;
    const key = 'a'.repeat(44);
    const stuck = { getToken: () => new Promise<never>(() => undefined) };
    const byKey = createPush(
      { connectionString: `Endpoint=http://127.0.0.1:${port};AccessKey=${key};Version=1.0;` },
      HUB,
    );
    const byIdentity = createPush({ endpoint: 'https://127.0.0.1:1', credential: stuck }, HUB);
    // Without a deadline none of them would ever settle.
    const outcomes = await Promise.allSettled([
      byKey.send(GROUP, {}),
      byKey.count(GROUP, 10),
      byKey.closeUser('a'),
      byIdentity.send(GROUP, {}),
      byIdentity.clientUrl({ userId: 'a', groups: [], mayJoin: [], minutes: 5 }),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(Array(5).fill('rejected'));
  });

  test('a key never leaves the machine in clear text', async () => {
    const connectionString = 'Endpoint=http://example.com;AccessKey=abc;Version=1.0;';
    const push = createPush({ connectionString }, HUB);
    await expect(push.send(GROUP, {})).rejects.toThrow('allowInsecureConnection');
    const lookalike = createPush(
      { connectionString: 'Endpoint=http://127.0.0.1.example.com;AccessKey=abc;Version=1.0;' },
      HUB,
    );
    await expect(lookalike.send(GROUP, {})).rejects.toThrow('allowInsecureConnection');
  });

  test('an identity has the service make the token', async () => {
    const seen: URL[] = [];
    const push = createPush(
      {
        endpoint: 'https://sluice.webpubsub.azure.com',
        credential: {
          getToken: async () => ({ token: 't', expiresOnTimestamp: Date.now() + 6e5 }),
        },
      },
      HUB,
      {
        httpClient: {
          async sendRequest(request) {
            seen.push(new URL(request.url));
            const bodyAsText = '{"token":"from-the-service"}';
            return { request, status: 200, headers: request.headers, bodyAsText };
          },
        },
      },
    );
    const url = await push.clientUrl({
      userId: 'ann',
      groups: ['default', GROUP],
      mayJoin: ['default.run.*'],
      minutes: 3,
    });
    expect(url).toBe(
      'wss://sluice.webpubsub.azure.com/client/hubs/sluice?access_token=from-the-service',
    );
    const query = seen[0]?.searchParams;
    expect(query?.getAll('group')).toEqual(['default', GROUP]);
    expect(query?.getAll('role')).toEqual(['webpubsub.joinLeaveGroups.default.run.*']);
    expect([query?.get('userId'), query?.get('minutesToExpire')]).toEqual(['ann', '3']);
  });

  test('more members than a page are counted', async () => {
    const { push } = await azure();
    const url = await push.clientUrl({ userId: 'a', groups: [GROUP], mayJoin: [], minutes: 5 });
    await Promise.all(Array.from({ length: 210 }, () => openSocket(url)));
    expect(await push.count(GROUP, 1_000)).toBe(210);
    expect(await push.count(GROUP, 205)).toBe(205);
  });

  test.each(['', ' ', 'a/b', 'x'.repeat(1_025)])('the group name %j is refused', async (name) => {
    const { push } = await azure();
    await expect(push.send(name, {})).rejects.toThrow(RangeError);
    await expect(push.count(name, 1)).rejects.toThrow(RangeError);
  });
});

describe('memory', () => {
  test('faults strike before and after the effect, or lose a message silently', async () => {
    const received: unknown[] = [];
    let fault: 'before' | 'after' | 'lose' | undefined;
    const fail = (when: typeof fault) => () => {
      if (fault === when) throw new Error(when);
    };
    const push = createMemoryPush({
      faults: { before: fail('before'), after: fail('after'), loses: () => fault === 'lose' },
    });
    push.join('g', (message) => received.push(message));
    fault = 'before';
    await expect(push.send('g', 1)).rejects.toThrow('before');
    fault = 'after';
    await expect(push.send('g', 2)).rejects.toThrow('after');
    fault = 'lose';
    await push.send('g', 3);
    fault = undefined;
    await push.send('g', 4);
    expect(received).toEqual([2, 4]);
    expect(push.sent).toEqual([2, 3, 4].map((message) => ({ group: 'g', message })));
  });
});
