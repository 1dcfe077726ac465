/** Live connections of people, whose tokens change every hour. */
import { expect, test } from 'vitest';
import type { Caller } from '../../../src/core/access/token.ts';
import { LIVE_DRAIN_MS } from '../../../src/core/access/token-limits.ts';
import { negotiate } from '../../../src/engine/queries/negotiate.ts';
import { tick } from '../../../src/engine/reconcile/tick.ts';
import { memoryWorld, START } from '../../support/world.ts';

const MINUTE = 60_000;

function signedIn() {
  const parts = memoryWorld();
  const { world, push, clock } = parts;
  /** Somebody asks for an address with a token that ends at `endsAt`, and connects. */
  const connect = async (endsAt: number, domain = 'default') => {
    const caller: Caller = {
      id: 'user:ada',
      kind: 'user',
      name: 'Ada',
      domain,
      scopes: ['read'],
      root: false,
      expires_at: new Date(START + endsAt).toISOString(),
    };
    const { url } = await negotiate(world, { caller, runIds: [] });
    const { userId } = JSON.parse(new URL(url).searchParams.get('access_token') ?? '');
    void push.join(domain, () => undefined, userId);
  };
  const until = async (time: number) => {
    await clock.advance(START + time - clock.now());
    await tick(world);
  };
  const connected = (domain = 'default') => push.count(domain, 10);
  return { ...parts, connect, until, connected };
}

test('are closed when the last token ends with which an address was asked for, and not before', async () => {
  const one = signedIn();
  await one.connect(60 * MINUTE);
  await one.until(59 * MINUTE);
  await one.connect(110 * MINUTE);
  // One that ends earlier shortens nothing.
  await one.connect(90 * MINUTE);
  await one.until(110 * MINUTE - 1);
  expect(await one.connected()).toBe(3);
  expect(one.push.closed).toEqual([]);
  await one.until(110 * MINUTE);
  expect(await one.connected()).toBe(0);
  await one.connect(170 * MINUTE);
  // The new token keeps what it opened, also while the old end is still watched.
  for (let minute = 111; minute * MINUTE < 110 * MINUTE + LIVE_DRAIN_MS; minute += 1)
    await one.until(minute * MINUTE);
  expect(await one.connected()).toBe(1);
  await one.until(170 * MINUTE);
  expect(await one.connected()).toBe(0);
});

test('of a domain that somebody has left are not kept open by those of the new one', async () => {
  const one = signedIn();
  await one.connect(60 * MINUTE, 'old');
  await one.until(50 * MINUTE);
  await one.connect(110 * MINUTE, 'new');
  await one.until(60 * MINUTE);
  expect([await one.connected('old'), await one.connected('new')]).toEqual([0, 1]);
});

test('are watched on when a tick has just looked at the row for the last time', async () => {
  const one = signedIn();
  await one.connect(10 * MINUTE);
  const { commit } = one.store;
  let inTime = 0;
  one.store.commit = async (table, partition, writes) => {
    // Between the tick's read and its delete comes a new token.
    if (table === 'work' && writes.some(({ op }) => op === 'delete')) {
      one.store.commit = commit;
      inTime += 1;
      await one.connect(80 * MINUTE);
    }
    return commit(table, partition, writes);
  };
  await one.until(10 * MINUTE + LIVE_DRAIN_MS);
  expect([inTime, await one.connected()]).toEqual([1, 1]);
  await one.until(80 * MINUTE);
  expect(await one.connected()).toBe(0);
});
