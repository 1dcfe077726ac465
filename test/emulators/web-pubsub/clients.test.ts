import { SignJWT } from 'jose';
import { describe, expect, test, vi } from 'vitest';
import { matchesPattern } from '../../../src/emulators/web-pubsub/permissions.ts';
import { PATIENCE } from '../../support/patience.ts';
import {
  clientUrl,
  connectedFrame,
  GROUP,
  HUB,
  JSON_V1,
  openSocket,
  RELIABLE_V1,
  restClient,
  sdkMember,
  start,
} from './support.ts';

const KEY = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789ABCDEFGH';
const JOIN_RUNS = 'webpubsub.joinLeaveGroups.default.run.*';

describe('access', () => {
  const url = async (expiresIn: string, more: { audience?: string; key?: string } = {}) => {
    const service = await start({ accessKey: KEY });
    const path = `/client/hubs/${HUB}`;
    const token = await new SignJWT()
      .setProtectedHeader({ alg: 'HS256' })
      .setAudience(more.audience ?? `${service.url}${path}`)
      .setExpirationTime(expiresIn)
      .sign(new TextEncoder().encode(more.key ?? KEY));
    return { path: `${service.url.replace('http', 'ws')}${path}`, token };
  };
  const open = async (...args: Parameters<typeof url>) => {
    const { path, token } = await url(...args);
    return await openSocket(`${path}?access_token=${token}`);
  };

  test('an expired token is refused with 401, clocks being allowed 5 minutes', async () => {
    await expect(open('6 minutes ago')).rejects.toThrow('HTTP 401');
    await open('4 minutes ago');
  });

  test('a token for another hub, by another key, or none at all is refused with 401', async () => {
    await expect(open('1h', { audience: 'http://127.0.0.1/client/hubs/x' })).rejects.toThrow('401');
    await expect(open('1h', { key: KEY.toLowerCase() })).rejects.toThrow('HTTP 401');
    await expect(openSocket((await url('1h')).path)).rejects.toThrow('HTTP 401');
  });

  test('a token of 4 KiB is refused with 413', async () => {
    const service = await start();
    const groups = (count: number) => Array.from({ length: count }, (_, n) => `${GROUP}${n}`);
    await openSocket(await clientUrl(service, { groups: groups(100) }));
    const url = await clientUrl(service, { groups: groups(200) });
    await expect(openSocket(url)).rejects.toThrow('HTTP 413');
  });

  test('a token may come in the Authorization header', async () => {
    const { path, token } = await url('1h');
    await openSocket(path, [], { headers: { authorization: `Bearer ${token}` } });
  });

  test('an invalid hub or another path is refused', async () => {
    const service = await start();
    const base = service.url.replace('http', 'ws');
    await expect(openSocket(`${base}/client/hubs/1hub`)).rejects.toThrow('HTTP 400');
    await expect(openSocket(`${base}/elsewhere`)).rejects.toThrow('HTTP 404');
  });
});

describe.each(['json', 'reliable'] as const)('a client of the %s protocol', (protocol) => {
  test('gets the messages of the groups in its token, in order, and no others', async () => {
    const service = await start({ units: 'unlimited' });
    const member = await sdkMember(service, protocol, { userId: 'ann', groups: [GROUP] });
    for (let seq = 1; seq <= 20; seq += 1) {
      await restClient(service).group('default.run.r0other').sendToAll({ seq: -seq });
      await restClient(service).group(GROUP).sendToAll({ seq });
    }
    await vi.waitUntil(() => member.received.length >= 20, PATIENCE);
    expect(member.received).toEqual(Array.from({ length: 20 }, (_, index) => ({ seq: index + 1 })));
  });

  test('may join the groups that its roles match, and no others', async () => {
    const service = await start();
    const member = await sdkMember(service, protocol, { roles: [JOIN_RUNS] });
    await member.client.joinGroup(GROUP);
    await expect(member.client.joinGroup('default')).rejects.toMatchObject({
      errorDetail: { name: 'Forbidden' },
    });
    await expect(member.client.joinGroup('other.run.r0abc')).rejects.toThrow();
    await expect(member.client.sendToGroup(GROUP, 'x', 'text')).rejects.toThrow();
    await restClient(service).group(GROUP).sendToAll({ seq: 1 });
    await vi.waitUntil(() => member.received.length === 1, PATIENCE);
    await member.client.leaveGroup(GROUP);
    expect(service.connections()[0]?.groups).toEqual([]);
  });

  test('may send to a group with the role for it, without an echo when it wishes so', async () => {
    const service = await start();
    const roles = [`webpubsub.sendToGroup.${GROUP}`];
    const sender = await sdkMember(service, protocol, { userId: 'ann', groups: [GROUP], roles });
    const other = await sdkMember(service, protocol, { groups: [GROUP] });
    const from: (string | undefined)[] = [];
    other.client.on('group-message', ({ message }) => void from.push(message.fromUserId));
    await sender.client.sendToGroup(GROUP, { a: 1 }, 'json', { noEcho: true });
    await sender.client.sendToGroup(GROUP, 'two', 'text');
    await vi.waitUntil(() => other.received.length === 2 && sender.received.length === 1, PATIENCE);
    expect(other.received).toEqual([{ a: 1 }, 'two']);
    expect(from).toEqual(['ann', 'ann']);
    await expect(sender.client.sendToGroup('x', 'two', 'text')).rejects.toThrow();
  });

  test('learns that an ack id was used before, and the operation is not repeated', async () => {
    const service = await start();
    const roles = ['webpubsub.sendToGroup'];
    const member = await sdkMember(service, protocol, { roles, groups: [GROUP] });
    const options = { ackId: 7 };
    const first = await member.client.sendToGroup(GROUP, 'once', 'text', options);
    const second = await member.client.sendToGroup(GROUP, 'once', 'text', options);
    expect([first.isDuplicated, second.isDuplicated]).toEqual([false, true]);
    expect(member.received).toEqual(['once']);
  });

  test('is back on a new connection after the server closed it', async () => {
    const service = await start();
    const member = await sdkMember(service, protocol, { groups: [GROUP] });
    const before = member.connectionId();
    await restClient(service).closeConnection(before);
    await vi.waitUntil(() => member.connectionId() !== before, PATIENCE);
    expect(member.events).toEqual(['connected', 'disconnected', 'connected']);
    await restClient(service).group(GROUP).sendToAll({ seq: 1 });
    await vi.waitUntil(() => member.received.length === 1, PATIENCE);
  });

  test('is back after a restart of the service, in the groups it had joined', async () => {
    const service = await start();
    const roles = [JOIN_RUNS];
    const member = await sdkMember(service, protocol, { roles, groups: ['default'] });
    await member.client.joinGroup(GROUP);
    await service.faults.restart(100);
    await vi.waitUntil(() => service.connections()[0]?.groups.length === 2, PATIENCE);
    await restClient(service).group(GROUP).sendToAll({ seq: 1 });
    await vi.waitUntil(() => member.received.length === 1, PATIENCE);
  });

  test('frees its connection at once when it stops', async () => {
    const service = await start();
    const member = await sdkMember(service, protocol);
    member.client.stop();
    await vi.waitUntil(() => service.connections().length === 0, PATIENCE);
  });

  test('a frame over 1 MB is not taken, and the client comes back', async () => {
    const service = await start();
    const roles = ['webpubsub.sendToGroup'];
    const member = await sdkMember(service, protocol, { roles, groups: [GROUP] });
    const fits = 'x'.repeat(1_000_000);
    await member.client.sendToGroup(GROUP, fits, 'text');
    await vi.waitUntil(() => member.received.length === 1, PATIENCE);
    const tooLarge = 'x'.repeat(1024 * 1024);
    await expect(member.client.sendToGroup(GROUP, tooLarge, 'text')).rejects.toThrow();
    await vi.waitUntil(() => service.connections()[0]?.open === true, PATIENCE);
    const again = async () => await member.client.sendToGroup(GROUP, 'small', 'text');
    await vi.waitFor(again, PATIENCE);
    await vi.waitUntil(() => member.received.length === 2, PATIENCE);
  });
});

describe('a client without subprotocol', () => {
  test('gets bare payloads of the groups in its token', async () => {
    const service = await start();
    const raw = await openSocket(await clientUrl(service, { groups: [GROUP] }));
    await restClient(service).group(GROUP).sendToAll({ events: [] });
    await vi.waitUntil(() => raw.frames.length === 1, PATIENCE);
    expect(raw.frames).toEqual(['{"events":[]}']);
  });

  test('is closed with 1011 when it sends, as there is no handler for its events', async () => {
    const service = await start();
    const raw = await openSocket(await clientUrl(service));
    raw.socket.send('hello');
    expect(await raw.closed).toBe(1011);
    expect(service.connections()).toEqual([]);
  });
});

describe('frames of the JSON protocols', () => {
  const roles = ['webpubsub.joinLeaveGroup'];

  test('have the documented shapes', async () => {
    const service = await start();
    const url = await clientUrl(service, { userId: 'ann', groups: [GROUP], roles });
    const plain = await openSocket(url, JSON_V1);
    const reliable = await openSocket(url, RELIABLE_V1);
    expect(await connectedFrame(plain)).toEqual({
      type: 'system',
      event: 'connected',
      userId: 'ann',
      connectionId: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
    expect(await connectedFrame(reliable)).toHaveProperty('reconnectionToken');
    plain.socket.send('{"type":"ping"}');
    plain.socket.send('{"type":"joinGroup","group":"a","ackId":1}');
    plain.socket.send('{"type":"joinGroup","group":" ","ackId":2}');
    plain.socket.send('{"type":"event","event":"e","dataType":"text","data":"","ackId":3}');
    plain.socket.send('{"type":"unheardOf"}');
    await vi.waitUntil(() => plain.frames.length === 5, PATIENCE);
    const answers = plain.frames.slice(1).map((frame) => JSON.parse(frame) as unknown);
    expect(answers).toEqual([
      { type: 'pong' },
      { type: 'ack', ackId: 1, success: true },
      {
        type: 'ack',
        ackId: 2,
        success: false,
        error: expect.objectContaining({ name: 'BadRequest' }),
      },
      {
        type: 'ack',
        ackId: 3,
        success: false,
        error: expect.objectContaining({ name: 'InternalServerError' }),
      },
    ]);
    await restClient(service).group(GROUP).sendToAll({ n: 1 });
    await vi.waitUntil(
      () => plain.messages().length === 1 && reliable.messages().length === 1,
      PATIENCE,
    );
    const message = {
      type: 'message',
      from: 'group',
      group: GROUP,
      fromUserId: null,
      dataType: 'json',
      data: { n: 1 },
    };
    expect(plain.messages()).toEqual([message]);
    expect(reliable.messages()).toEqual([{ sequenceId: 1, ...message }]);
  });

  test.each([
    ['not JSON', 'hello', 1007],
    ['binary', Buffer.from('{"type":"ping"}'), 1003],
  ])('that are %s close the connection', async (_, frame, code) => {
    const service = await start();
    const socket = await openSocket(await clientUrl(service), RELIABLE_V1);
    socket.socket.send(frame);
    expect(await socket.closed).toBe(code);
    expect(service.connections()).toEqual([]);
  });
});

test('clients are told to go away with 1001 when the service shuts down', async () => {
  const service = await start();
  const socket = await openSocket(await clientUrl(service), RELIABLE_V1);
  const mute = await openSocket(await clientUrl(service));
  mute.socket.pause();
  await service.close();
  expect(await socket.closed).toBe(1001);
  await expect(fetch(`${service.url}/api/health`)).rejects.toThrow();
});

test.each([
  ['default.run.*', 'default.run.r0abc', true],
  ['default.run.*', 'default.run.', true],
  ['default.run.*', 'default.run.a.b', false],
  ['default.run.*', 'default.run', false],
  ['default.**', 'default.run.a.b', true],
  ['*.run.*', 'a.run.b', true],
  ['r?n', 'run', true],
  ['r?n', 'r.n', false],
  ['a\\*', 'a*', true],
  ['a\\*', 'ab', false],
  ['a\\b', 'ab', false],
  ['a+(b)', 'a+(b)', true],
  ['*a*b*c*d*e', 'xaxbxcxdxe', true],
  ['*a*b*c*d*e*', 'abcde', false],
  ['Default.*', 'default.a', false],
])('the role pattern %s on group %s: %s', (pattern, group, matches) => {
  expect(matchesPattern(pattern, group)).toBe(matches);
});
