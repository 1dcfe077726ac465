import { describe, expect, test, vi } from 'vitest';
import { createBudget } from '../../../src/emulators/web-pubsub/budget.ts';
import { DelayQueue } from '../../../src/emulators/web-pubsub/sockets/delay-queue.ts';
import { PATIENCE } from '../../support/patience.ts';
import {
  clientUrl,
  connectedFrame,
  GROUP,
  JSON_V1,
  openSocket,
  restClient,
  sdkMember,
  start,
} from './support.ts';

describe('the budget of a unit', () => {
  /** Sends at a steady rate for ten seconds; the longest delay in ms, and how many were refused. */
  function run(units: number, perSecond: number, receivers: number, bytes = 2_048) {
    let now = 0;
    const budget = createBudget(units, () => now);
    let longest = 0;
    let refused = 0;
    for (let sent = 0; sent < perSecond * 10; sent += 1) {
      const verdict = budget.take(bytes, receivers);
      if (verdict.ok) longest = Math.max(longest, verdict.delayMs);
      else refused += 1;
      now += 1_000 / perSecond;
    }
    return { longest, refused };
  }

  test.each([
    ['30 messages/s to a group of 100', 1, 30, 100],
    ['200 messages/s to groups of 10', 1, 200, 10],
    ['3 broadcasts/s to 1,000 connections', 1, 3, 1_000],
    ['180 messages/s to one user each', 1, 180, 1],
    ['400 messages/s to groups of 10, with two units', 2, 400, 10],
  ])('carries the documented %s without delay', (_, units, perSecond, receivers) => {
    expect(run(units, perSecond, receivers)).toEqual({ longest: 0, refused: 0 });
  });

  test.each([
    ['in', 260, 1, 100],
    ['out', 4, 1_000, 100],
    ['out by size', 30, 100, 2_800],
  ])('delays, then refuses, what is over it: %s', (_, perSecond, receivers, bytes) => {
    const { longest, refused } = run(1, perSecond, receivers, bytes);
    expect(longest).toBeGreaterThan(500);
    expect(longest).toBeLessThanOrEqual(2_000);
    expect(refused).toBeGreaterThanOrEqual(0);
    expect(run(1, perSecond * 2, receivers, bytes).refused).toBeGreaterThan(0);
  });

  test('says when to come back', () => {
    const budget = createBudget(1, () => 0);
    for (let sent = 0; sent < 4; sent += 1) budget.take(2_048, 3_000);
    expect(budget.take(1, 1)).toEqual({ ok: false, retryAfterSeconds: 1 });
  });
});

test('what waits is never overtaken by what need not wait', async () => {
  const queue = new DelayQueue();
  const done: number[] = [];
  queue.push(20, 0, () => void done.push(1));
  queue.push(0, 0, () => void done.push(2));
  queue.push(5, 0, () => void done.push(3));
  await vi.waitUntil(() => done.length === 3, PATIENCE);
  queue.push(0, 0, () => void done.push(4));
  expect(done).toEqual([1, 2, 3, 4]);
});

test('more connections than the units allow are refused with 429', async () => {
  const service = await start({ units: 0.003 });
  const url = await clientUrl(service);
  const first = await openSocket(url, JSON_V1);
  await openSocket(url, JSON_V1);
  await openSocket(url, JSON_V1);
  await expect(openSocket(url, JSON_V1)).rejects.toThrow('HTTP 429');
  first.socket.close();
  await vi.waitUntil(() => service.connections().length === 2, PATIENCE);
  await openSocket(url, JSON_V1);
});

test('publishes over the budget arrive late and in order, then are refused with 429', async () => {
  const service = await start({ units: 0.005 });
  const member = await sdkMember(service, 'json', { groups: [GROUP] });
  const group = restClient(service).group(GROUP);
  const outcomes: unknown[] = [];
  for (let seq = 1; seq <= 60 && !outcomes.includes(429); seq += 1) {
    outcomes.push(
      await group.sendToAll({ seq }).then(
        () => seq,
        (error: { statusCode?: number }) => error.statusCode,
      ),
    );
  }
  expect(outcomes.at(-1)).toBe(429);
  const accepted = outcomes.slice(0, -1).map((seq) => ({ seq }));
  // One a second, one second's worth at once, two seconds' worth of backlog: so few that a slow machine sends more.
  expect(accepted.length).toBeGreaterThanOrEqual(3);
  expect(member.received.length).toBeLessThan(accepted.length);
  await vi.waitUntil(() => member.received.length === accepted.length, PATIENCE);
  expect(member.received).toEqual(accepted);
});

test('what is published at the same time reaches each client in an order of its own', async () => {
  const service = await start({ units: 'unlimited' });
  const members = await Promise.all(
    Array.from({ length: 8 }, () => sdkMember(service, 'json', { groups: [GROUP] })),
  );
  const group = restClient(service).group(GROUP);
  const first = Array.from({ length: 12 }, (_, n) => n);
  await Promise.all(first.map((n) => group.sendToAll({ n })));
  // What comes after the answers comes after the messages.
  await group.sendToAll({ n: 12 });
  await group.sendToAll({ n: 13 });
  await vi.waitUntil(() => members.every(({ received }) => received.length === 14), PATIENCE);
  const seen = members.map(({ received }) => (received as { n: number }[]).map(({ n }) => n));
  for (const order of seen) {
    expect(order.slice(12)).toEqual([12, 13]);
    expect(order.slice(0, 12).toSorted((a, b) => a - b)).toEqual(first);
  }
  expect(new Set(seen.map(String)).size).toBeGreaterThan(1);
});

test('with the limits off nothing is refused', async () => {
  const service = await start({ units: 'unlimited' });
  const member = await sdkMember(service, 'json', { groups: [GROUP] });
  const group = restClient(service).group(GROUP);
  await Promise.all(Array.from({ length: 500 }, (_, seq) => group.sendToAll({ seq })));
  await vi.waitUntil(() => member.received.length === 500, PATIENCE);
});

describe('faults', () => {
  test('publishes fail with a status, delivered or not', async () => {
    const service = await start();
    const member = await sdkMember(service, 'json', { groups: [GROUP] });
    const group = restClient(service).group(GROUP);
    service.faults.failNextPublishes(2, 503);
    await expect(group.sendToAll({ n: 1 })).rejects.toMatchObject({ statusCode: 503 });
    await expect(group.sendToAll({ n: 2 })).rejects.toMatchObject({ statusCode: 503 });
    service.faults.failNextPublishes(1, 500, { delivered: true });
    await expect(group.sendToAll({ n: 3 })).rejects.toMatchObject({ statusCode: 500 });
    await group.sendToAll({ n: 4 });
    await vi.waitUntil(() => member.received.length === 2, PATIENCE);
    expect(member.received).toEqual([{ n: 3 }, { n: 4 }]);
  });

  test('publishes are lost, by share or by choice', async () => {
    const service = await start();
    const member = await sdkMember(service, 'json', { groups: [GROUP] });
    const group = restClient(service).group(GROUP);
    service.faults.losePublishes(0.5);
    for (let n = 1; n <= 4; n += 1) await group.sendToAll({ n });
    service.faults.losePublishes(({ target, body }) => {
      return target === `groups/${GROUP}` && body.toString() === '{"n":5}';
    });
    await group.sendToAll({ n: 5 });
    service.faults.losePublishes(0);
    await group.sendToAll({ n: 6 });
    await vi.waitUntil(() => member.received.length === 3, PATIENCE);
    expect(member.received).toEqual([{ n: 1 }, { n: 3 }, { n: 6 }]);
  });

  test('publishes are delayed', async () => {
    const service = await start();
    const client = restClient(service);
    service.faults.delayPublishes(3_600_000);
    const answered: string[] = [];
    const late = client.sendToAll({}).then(() => answered.push('publish'));
    late.catch(() => undefined);
    // Requests that are answered meanwhile, one after the other, would come behind it.
    for (let turn = 0; turn < 5; turn += 1) await client.groupExists(GROUP);
    expect(answered).toEqual([]);
    service.faults.delayPublishes(1);
    await client.sendToAll({});
  });

  test('every socket is dropped without a close frame', async () => {
    const service = await start();
    const one = await openSocket(await clientUrl(service), JSON_V1);
    const two = await openSocket(await clientUrl(service));
    await connectedFrame(one);
    service.faults.dropAllSockets();
    expect([await one.closed, await two.closed]).toEqual([1006, 1006]);
    expect(service.faults.dropSocket('none')).toBe(false);
  });

  test('a restart keeps port and key and forgets everything else', async () => {
    const service = await start();
    const url = await clientUrl(service, { groups: [GROUP] });
    const before = await openSocket(url, JSON_V1);
    await service.faults.restart();
    expect(await before.closed).toBe(1006);
    expect(service.connections()).toEqual([]);
    await openSocket(url, JSON_V1);
    expect(await restClient(service).groupExists(GROUP)).toBe(true);
  });
});
