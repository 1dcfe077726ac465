/** What clients, one or all of them together, may make the emulator keep in memory. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { FaultPlan } from '../../../src/emulators/web-pubsub/faults.ts';
import { GROUPS_MAX } from '../../../src/emulators/web-pubsub/limits.ts';
import { createMessage } from '../../../src/emulators/web-pubsub/message.ts';
import type { WebPubSub } from '../../../src/emulators/web-pubsub/service.ts';
import { Exchange } from '../../../src/emulators/web-pubsub/sockets/exchange.ts';
import { Sockets } from '../../../src/emulators/web-pubsub/sockets/sockets.ts';
import { Tokens } from '../../../src/emulators/web-pubsub/token.ts';
import { PATIENCE } from '../../support/patience.ts';
import {
  clientUrl,
  connectedFrame,
  GROUP,
  JSON_V1,
  openSocket,
  RELIABLE_V1,
  restClient,
  start,
} from './support.ts';

describe('what a client may make the emulator keep', () => {
  const MIB = 2 ** 20;
  /** A client that does not read what it is sent. */
  const deaf = async (service: WebPubSub, protocol = JSON_V1) => {
    const member = await openSocket(await clientUrl(service, { groups: [GROUP] }), protocol);
    await connectedFrame(member);
    member.socket.pause();
    return member;
  };
  const big = 'x'.repeat(MIB / 2);

  test('is bounded for all together: who holds most is cut', async () => {
    const service = await start({ units: 'unlimited', heldBytesMax: 12 * MIB, reorder: false });
    const reader = await openSocket(await clientUrl(service, { groups: [GROUP] }), JSON_V1);
    await deaf(service);
    await deaf(service);
    const group = restClient(service).group(GROUP);
    for (let sent = 0; sent < 40 && service.connections().length > 1; sent += 1) {
      await group.sendToAll(big, { contentType: 'text/plain' });
      await vi.waitUntil(() => reader.messages().length === sent + 1, PATIENCE);
    }
    expect(service.connections()).toHaveLength(1);
    expect(reader.socket.readyState).toBe(reader.socket.OPEN);
  });

  test('is bounded when it acknowledges what it never read', async () => {
    const service = await start({ units: 'unlimited', reorder: false });
    const member = await deaf(service, RELIABLE_V1);
    const group = restClient(service).group(GROUP);
    for (let sent = 1; sent <= 100 && service.connections().length > 0; sent += 1) {
      await group.sendToAll(big, { contentType: 'text/plain' });
      member.socket.send(JSON.stringify({ type: 'sequenceAck', sequenceId: sent }));
    }
    expect(service.connections()).toHaveLength(0);
  });

  test('is bounded when it asks and never reads the answers', async () => {
    const service = await start();
    const member = await deaf(service);
    const ping = JSON.stringify({ type: 'joinGroup', group: 'g'.repeat(1000), ackId: 0 });
    const asked = async (): Promise<void> => {
      for (let turn = 0; turn < 2_000; turn += 1) member.socket.send(ping);
      await vi.waitUntil(
        () => member.socket.bufferedAmount === 0 || service.connections().length === 0,
        PATIENCE,
      );
    };
    for (let turn = 0; turn < 200 && service.connections().length > 0; turn += 1) await asked();
    expect(service.connections()).toHaveLength(0);
  });

  test('are so many groups, and no more', async () => {
    const service = await start();
    const member = await openSocket(
      await clientUrl(service, { roles: ['webpubsub.joinLeaveGroup'] }),
      JSON_V1,
    );
    await connectedFrame(member);
    for (let group = 0; group <= GROUPS_MAX; group += 1) {
      member.socket.send(JSON.stringify({ type: 'joinGroup', group: `g${group}`, ackId: group }));
    }
    const acks = () => member.frames.slice(1).map((frame) => JSON.parse(frame));
    await vi.waitUntil(() => acks().length === GROUPS_MAX + 1, PATIENCE);
    expect(acks().at(-2)).toMatchObject({ success: true });
    expect(acks().at(-1)).toMatchObject({
      success: false,
      error: { message: `A connection is in ${GROUPS_MAX} groups at most.` },
    });
    expect(service.connections()[0]?.groups).toHaveLength(GROUPS_MAX);
  });

  test('are no hubs, unless it has a token', async () => {
    const exchange = new Exchange('unlimited', false);
    expect(exchange.findHub('none')).toBeUndefined();
    expect(exchange.hub('Some')).toBe(exchange.findHub('some'));
    const sockets = new Sockets({
      exchange: () => exchange,
      tokens: new Tokens('a key'),
      plan: new FaultPlan(),
      recoveryMs: 1,
      pingMs: 60_000,
    });
    const server = createServer().on('upgrade', (request, socket, head) => {
      void sockets.upgrade(request, socket, head);
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    onTestFinished(async () => {
      await sockets.close(0);
      server.close();
    });
    const { port } = server.address() as AddressInfo;
    const url = `ws://127.0.0.1:${port}/client/hubs/none?awps_connection_id=x`;
    expect(await (await openSocket(url, RELIABLE_V1)).closed).toBe(1008);
    expect(exchange.findHub('none')).toBeUndefined();
  });

  test('are so many bytes of messages that wait for the budget', () => {
    const exchange = new Exchange(1, false);
    const data = Buffer.from(JSON.stringify('x'.repeat(MIB)));
    const message = createMessage('server', 'json', data);
    const publish = () => exchange.publish(() => new Map(), message, new Set(), false);
    let accepted = 0;
    // A unit takes 200 messages a second, and delays 600 before it refuses.
    while (accepted < 590 && publish().ok) accepted += 1;
    exchange.endAll(1001, '');
    expect(accepted).toBeGreaterThan(200);
    expect(accepted).toBeLessThan(240);
  });
});
