import { describe, expect, test, vi } from 'vitest';
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
  type Socket,
  sdkMember,
  start,
} from './support.ts';

type Service = Awaited<ReturnType<typeof start>>;

const seqs = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => ({ seq: from + index }));

async function publish(service: Service, from: number, to: number): Promise<void> {
  for (const message of seqs(from, to)) await restClient(service).group(GROUP).sendToAll(message);
}

async function recoveryUrl(service: Service, socket: Socket, token?: string): Promise<string> {
  const { connectionId, reconnectionToken } = await connectedFrame(socket);
  const url = new URL(`${service.url.replace('http', 'ws')}/client/hubs/${HUB}`);
  url.searchParams.set('awps_connection_id', String(connectionId));
  url.searchParams.set('awps_reconnection_token', token ?? String(reconnectionToken));
  return url.toString();
}

const reliable = async (service: Service) =>
  await openSocket(await clientUrl(service, { groups: [GROUP] }), RELIABLE_V1);

describe('recovery', () => {
  test('replays to the SDK what it missed, in order, on the same connection and unnoticed', async () => {
    const service = await start();
    const member = await sdkMember(service, 'reliable', { groups: [GROUP] });
    const id = member.connectionId();
    await publish(service, 1, 3);
    await vi.waitUntil(() => member.received.length === 3, PATIENCE);
    // The first attempt to recover is refused, so that messages arrive while the client is away.
    service.faults.refuseNextConnections(1, 503);
    expect(service.faults.dropSocket(id)).toBe(true);
    await publish(service, 4, 8);
    await vi.waitUntil(() => member.received.length >= 8, PATIENCE);
    await publish(service, 9, 9);
    await vi.waitUntil(() => member.received.length >= 9, PATIENCE);
    expect(member.received).toEqual(seqs(1, 9));
    expect(member.events).toEqual(['connected']);
    expect(service.connections().map((view) => view.connectionId)).toEqual([id]);
  });

  test('loses for a client of the plain protocol what was sent while it was away', async () => {
    const service = await start();
    const member = await sdkMember(service, 'json', { groups: [GROUP] });
    service.faults.refuseNextConnections(1, 503);
    service.faults.dropAllSockets();
    await vi.waitUntil(() => service.connections().length === 0, PATIENCE);
    await publish(service, 1, 2);
    await vi.waitUntil(() => service.connections().length === 1, PATIENCE);
    await publish(service, 3, 3);
    await vi.waitUntil(() => member.received.length > 0, PATIENCE);
    expect(member.received).toEqual(seqs(3, 3));
    expect(member.events).toEqual(['connected', 'disconnected', 'connected']);
  });

  test('replays only what was not acknowledged', async () => {
    const service = await start();
    const first = await reliable(service);
    const url = await recoveryUrl(service, first);
    await publish(service, 1, 4);
    await vi.waitUntil(() => first.messages().length === 4, PATIENCE);
    first.socket.send('{"type":"sequenceAck","sequenceId":3}');
    first.socket.send('{"type":"ping"}');
    await vi.waitUntil(() => first.frames.at(-1) === '{"type":"pong"}', PATIENCE);
    first.socket.terminate();
    const second = await openSocket(url, RELIABLE_V1);
    await publish(service, 5, 5);
    await vi.waitUntil(() => second.messages().length === 2, PATIENCE);
    expect(second.messages().map((message) => message['sequenceId'])).toEqual([4, 5]);
  });

  test('drops what has outlived its time to live', async () => {
    const service = await start();
    const first = await reliable(service);
    const url = await recoveryUrl(service, first);
    first.socket.terminate();
    await vi.waitUntil(() => service.connections()[0]?.open === false, PATIENCE);
    const group = restClient(service).group(GROUP);
    await group.sendToAll({ seq: 1 }, { messageTtlSeconds: 1 });
    await group.sendToAll({ seq: 2 });
    const now = Date.now();
    using _clock = vi.spyOn(Date, 'now').mockReturnValue(now + 1_500);
    const second = await openSocket(url, RELIABLE_V1);
    await vi.waitUntil(() => second.messages().length === 1, PATIENCE);
    expect(second.messages()).toMatchObject([{ sequenceId: 2, data: { seq: 2 } }]);
  });

  test('takes over from a socket that is still open', async () => {
    const service = await start();
    const first = await reliable(service);
    const second = await openSocket(await recoveryUrl(service, first), RELIABLE_V1);
    expect(await first.closed).toBe(1006);
    await publish(service, 1, 1);
    await vi.waitUntil(() => second.messages().length === 1, PATIENCE);
    expect(service.connections()).toMatchObject([{ open: true }]);
  });

  test('is accepted and closed with 1008 when it cannot be granted', async () => {
    const service = await start({ recoveryMs: 50 });
    const first = await reliable(service);
    const wrongToken = await openSocket(
      await recoveryUrl(service, first, 'x'.repeat(32)),
      RELIABLE_V1,
    );
    expect(await wrongToken.closed).toBe(1008);
    const plain = await openSocket(await recoveryUrl(service, first), JSON_V1);
    expect(await plain.closed).toBe(1008);
    const url = await recoveryUrl(service, first);
    first.socket.terminate();
    await vi.waitUntil(() => service.connections().length === 0, PATIENCE);
    const tooLate = await openSocket(url, RELIABLE_V1);
    expect(await tooLate.closed).toBe(1008);
  });

  test.each([1000, undefined])('is over when the client closed with code %s', async (code) => {
    const service = await start();
    const first = await reliable(service);
    first.socket.close(code);
    await first.closed;
    await vi.waitUntil(() => service.connections().length === 0, PATIENCE);
    const again = await openSocket(await recoveryUrl(service, first), RELIABLE_V1);
    expect(await again.closed).toBe(1008);
  });
});

describe('a slow client', () => {
  test('is cut off with 1008 when 1,000 messages wait for acknowledgement', async () => {
    const service = await start({ units: 'unlimited' });
    const socket = await reliable(service);
    const sender = await sdkMember(service, 'json', { roles: ['webpubsub.sendToGroup'] });
    for (const message of seqs(1, 1_001)) {
      void sender.client.sendToGroup(GROUP, message, 'json', { fireAndForget: true });
    }
    expect(await socket.closed).toBe(1008);
    expect(socket.messages()).toHaveLength(1_000);
    const again = await openSocket(await recoveryUrl(service, socket), RELIABLE_V1);
    expect(await again.closed).toBe(1008);
  });

  test('is cut off when 16 MB wait, also while it is away', async () => {
    const service = await start({ units: 'unlimited' });
    const socket = await reliable(service);
    socket.socket.terminate();
    await vi.waitUntil(() => service.connections()[0]?.open === false, PATIENCE);
    const message = 'x'.repeat(1_000_000);
    for (let sent = 0; sent < 16; sent += 1) {
      await restClient(service).group(GROUP).sendToAll(message, { contentType: 'text/plain' });
    }
    expect(service.connections()).toHaveLength(1);
    await restClient(service).group(GROUP).sendToAll(message, { contentType: 'text/plain' });
    expect(service.connections()).toEqual([]);
  });

  test('of the SDK gets 1,000 of a burst of 1,500, then a new connection', async () => {
    const service = await start({ units: 'unlimited' });
    const member = await sdkMember(service, 'reliable', { groups: [GROUP] });
    const before = member.connectionId();
    const sender = await sdkMember(service, 'json', { roles: ['webpubsub.sendToGroup'] });
    for (const message of seqs(1, 1_500)) {
      void sender.client.sendToGroup(GROUP, message, 'json', { fireAndForget: true });
    }
    await vi.waitUntil(() => member.connectionId() !== before, PATIENCE);
    expect(member.received.slice(0, 1_000)).toEqual(seqs(1, 1_000));
    expect(member.events).toEqual(['connected', 'disconnected', 'connected']);
  });

  test('of the plain protocol is cut off when 16 MB wait in its socket', async () => {
    const service = await start({ units: 'unlimited' });
    const socket = await openSocket(await clientUrl(service, { groups: [GROUP] }), JSON_V1);
    await connectedFrame(socket);
    socket.socket.pause();
    const message = 'x'.repeat(1_000_000);
    for (let sent = 0; sent < 40 && service.connections().length > 0; sent += 1) {
      await restClient(service).group(GROUP).sendToAll(message, { contentType: 'text/plain' });
    }
    expect(service.connections()).toEqual([]);
  });
});

test('a client that misses a ping is cut, one that answers stays', async () => {
  const service = await start({ pingMs: 50 });
  const alive = await openSocket(await clientUrl(service), JSON_V1);
  const dead = await openSocket(await clientUrl(service), JSON_V1, { autoPong: false });
  expect(await dead.closed).toBe(1006);
  await vi.waitUntil(() => service.connections().length === 1, PATIENCE);
  expect(alive.socket.readyState).toBe(alive.socket.OPEN);
});
