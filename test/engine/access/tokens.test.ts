/** What a token opens, and how that ends with it. */
import { describe, expect, test } from 'vitest';
import { endOf } from '../../../src/core/access/token.ts';
import { LIVE_DRAIN_MS } from '../../../src/core/access/token-limits.ts';
import { createAuthenticator } from '../../../src/engine/access/authenticator.ts';
import {
  createToken,
  getToken,
  revokeToken,
  rotateToken,
} from '../../../src/engine/access/tokens.ts';
import { negotiate } from '../../../src/engine/queries/negotiate.ts';
import { tick } from '../../../src/engine/reconcile/tick.ts';
import { memoryWorld, START } from '../../support/world.ts';

const MINUTE = 60_000;
const domain = 'default';
const at = (ms: number): string => new Date(START + ms).toISOString();

async function withToken(expiresAt: string | null = null) {
  const parts = memoryWorld();
  const { world, push } = parts;
  const make = () =>
    createToken(world, { domain, name: 'ci', scopes: ['read'], expiresAt, createdBy: 'root' });
  const { token, view } = await make();
  const tokens = createAuthenticator(world, undefined);
  /** A client that is connected with an address of the token, for as long as nobody closes it. */
  const connect = async () => {
    const caller = await tokens.check(token, 'net');
    if (!caller) throw new Error('the token is not good');
    await negotiate(world, { caller, runIds: [] });
    join();
  };
  const join = () => void push.join('default', () => undefined, view.id);
  const connected = () => push.count('default', 10);
  return { ...parts, token, view, tokens, connect, join, connected, make };
}

const workRows = async ({ world }: Awaited<ReturnType<typeof withToken>>): Promise<number> => {
  let rows = 0;
  for (let shard = 0; shard < 16; shard += 1) {
    const partition = `w.${String(shard).padStart(2, '0')}`;
    rows += (await world.store.list('work', partition, { limit: 100 })).length;
  }
  return rows;
};

describe('live connections of a token', () => {
  test('are closed at once when it is revoked, and again until its last address has run out', async () => {
    const one = await withToken();
    await one.connect();
    expect(await one.connected()).toBe(1);
    await revokeToken(one.world, domain, one.view.id);
    expect(await one.connected()).toBe(0);
    // Whoever kept the address connects once more, as long as it is good.
    for (let minute = 0; minute * MINUTE < LIVE_DRAIN_MS; minute += 1) {
      one.join();
      await one.clock.advance(MINUTE);
      await tick(one.world);
      expect(await one.connected(), `after ${minute} minutes`).toBe(0);
    }
    expect(await workRows(one)).toBe(0);
    const { length } = one.push.closed;
    await one.clock.advance(MINUTE);
    await tick(one.world);
    expect(one.push.closed).toHaveLength(length);
  });

  test('are closed by the timer when Web PubSub was away at the revocation', async () => {
    const one = await withToken();
    await one.connect();
    const { closeUser } = one.push;
    one.push.closeUser = () => Promise.reject(new Error('away'));
    await revokeToken(one.world, domain, one.view.id);
    await one.clock.advance(LIVE_DRAIN_MS);
    await tick(one.world);
    expect(await one.connected()).toBe(1);
    one.push.closeUser = closeUser;
    await tick(one.world);
    expect(await one.connected()).toBe(0);
    expect(await workRows(one)).toBe(0);
  });

  test('are forgotten after a day in which Web PubSub took nothing', async () => {
    const one = await withToken();
    one.push.closeUser = () => Promise.reject(new Error('away'));
    await revokeToken(one.world, domain, one.view.id);
    await one.clock.advance(86_400_000);
    await tick(one.world);
    expect(await workRows(one)).toBe(0);
  });

  test('are closed when the token ends, and not before', async () => {
    const one = await withToken(at(30 * MINUTE));
    await one.connect();
    await one.clock.advance(30 * MINUTE - 1);
    await tick(one.world);
    expect(await one.connected()).toBe(1);
    await one.clock.advance(1);
    await tick(one.world);
    expect(await one.connected()).toBe(0);
  });

  test('stay open when the revocation failed half-way, and their end is not forgotten', async () => {
    const one = await withToken(at(120 * MINUTE));
    await one.connect();
    const { commit } = one.store;
    one.store.commit = (table, ...rest) =>
      table === 'catalogue' ? Promise.reject(new Error('away')) : commit(table, ...rest);
    await expect(revokeToken(one.world, domain, one.view.id)).rejects.toThrow('away');
    one.store.commit = commit;
    for (let minute = 0; minute < 119; minute += 1) {
      await tick(one.world);
      await one.clock.advance(MINUTE);
    }
    expect(await one.connected()).toBe(1);
    await one.clock.advance(MINUTE);
    await tick(one.world);
    expect(await one.connected()).toBe(0);
  });

  test.each([
    [null, 5],
    [at(60 * MINUTE), 5],
    [at(3 * MINUTE + 59_999), 3],
    [at(MINUTE), 1],
  ])('of one that ends at %s may be opened for %s minutes', async (ends, minutes) => {
    const { world, token, tokens } = await withToken(ends);
    const caller = await tokens.check(token, 'net');
    if (!caller) throw new Error('the token is not good');
    const { url, expires_at } = await negotiate(world, { caller, runIds: [] });
    expect(JSON.parse(new URL(url).searchParams.get('access_token') ?? '')).toMatchObject({
      minutes,
    });
    expect(expires_at).toBe(at(minutes * MINUTE));
    expect(Date.parse(expires_at)).toBeLessThanOrEqual(endOf(caller));
  });

  test('are refused to one that ends within a minute', async () => {
    const { connect } = await withToken(at(MINUTE - 1));
    await expect(connect()).rejects.toMatchObject({ code: 'forbidden' });
  });
});

describe('a rotation', () => {
  const request = { domain, overlapSeconds: 600, expiresAt: undefined, createdBy: 'root' };

  test('leaves both good for the overlap, then ends the old one with its connections', async () => {
    const one = await withToken();
    await one.connect();
    const made = await rotateToken(one.world, { ...request, id: one.view.id });
    expect(made.view).toMatchObject({ name: 'ci', scopes: ['read'], replaces: one.view.id });
    const old = await getToken(one.world, domain, one.view.id);
    expect(old).toMatchObject({ expires_at: at(600_000), replaced_by: made.view.id });
    one.tokens.forget(one.view.id);
    expect(await one.tokens.check(one.token, 'net')).toMatchObject({ id: one.view.id });
    expect(await one.tokens.check(made.token, 'net')).toMatchObject({ id: made.view.id });
    await one.clock.advance(600_000);
    await tick(one.world);
    expect(await one.connected()).toBe(0);
    expect(await one.tokens.check(one.token, 'net')).toBeUndefined();
    expect(await one.tokens.check(made.token, 'net')).toMatchObject({ id: made.view.id });
  });

  test('without an overlap ends the old one at once', async () => {
    const one = await withToken();
    await one.connect();
    await rotateToken(one.world, { ...request, overlapSeconds: 0, id: one.view.id });
    expect(await one.connected()).toBe(0);
    one.tokens.forget(one.view.id);
    expect(await one.tokens.check(one.token, 'net')).toBeUndefined();
  });

  test('gives the new one as long as the old one had, unless told otherwise', async () => {
    const one = await withToken(at(60 * MINUTE));
    await one.clock.advance(30 * MINUTE);
    const { id } = one.view;
    const made = await rotateToken(one.world, { ...request, overlapSeconds: 86_400, id });
    expect(made.view.expires_at).toBe(at(90 * MINUTE));
    expect((await getToken(one.world, domain, id)).expires_at).toBe(at(60 * MINUTE));
    const later = { ...request, id: made.view.id, expiresAt: null };
    expect((await rotateToken(one.world, later)).view.expires_at).toBeNull();
  });

  test('happens once, however many ask, and not to what has ended', async () => {
    const one = await withToken(at(60 * MINUTE));
    const rotate = () => rotateToken(one.world, { ...request, id: one.view.id });
    const outcomes = await Promise.allSettled([rotate(), rotate()]);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await expect(rotate()).rejects.toMatchObject({ code: 'conflict' });
    const other = (await one.make()).view.id;
    await one.clock.advance(60 * MINUTE);
    await expect(rotateToken(one.world, { ...request, id: other })).rejects.toMatchObject({
      code: 'conflict',
    });
  });
});

describe('the last use of a token', () => {
  test('is noted once an hour', async () => {
    const one = await withToken();
    let writes = 0;
    const { commit } = one.store;
    one.store.commit = (...args) => {
      writes += 1;
      return commit(...args);
    };
    const used = async () => (await getToken(one.world, domain, one.view.id)).last_used_at;
    expect(await used()).toBeNull();
    for (let minute = 0; minute < 60; minute += 1) {
      await one.tokens.check(one.token, 'net');
      await one.clock.advance(MINUTE);
    }
    expect([await used(), writes]).toEqual([at(0), 1]);
    await one.tokens.check(one.token, 'net');
    await one.clock.advance(0);
    expect([await used(), writes]).toEqual([at(60 * MINUTE), 2]);
  });

  test('brings back no token that is revoked meanwhile', async () => {
    const one = await withToken();
    const { commit } = one.store;
    let late = (): void => undefined;
    const stored = new Promise<void>((resolve) => (late = resolve));
    one.store.commit = async (...args) => {
      if (args[0] === 'catalogue' && args[2][0]?.op !== 'delete') await stored;
      return commit(...args);
    };
    await one.tokens.check(one.token, 'net');
    await revokeToken(one.world, domain, one.view.id);
    late();
    await one.clock.advance(0);
    await expect(getToken(one.world, domain, one.view.id)).rejects.toMatchObject({
      code: 'not_found',
    });
  });
});
