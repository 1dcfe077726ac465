/** Guesses at tokens: bounded before storage is asked, and harmless to those who have a good one. */
import { expect, test } from 'vitest';
import { WRONG_TOKENS, WRONG_TOKENS_IN_ALL } from '../../../src/core/access/token-limits.ts';
import { createAuthenticator } from '../../../src/engine/access/authenticator.ts';
import { createToken } from '../../../src/engine/access/tokens.ts';
import { personOf } from '../../support/sign-in/issuer.ts';
import { signingIn } from '../../support/sign-in/signing-in.ts';
import { memoryWorld, otherInstance } from '../../support/world.ts';

const TOKEN = {
  domain: 'default',
  name: 'ci',
  scopes: ['read'],
  expiresAt: null,
  createdBy: 'root',
} as const;

async function withToken() {
  const parts = memoryWorld();
  const make = () => createToken(parts.world, TOKEN);
  return { ...parts, ...(await make()), make, tokens: createAuthenticator(parts.world, undefined) };
}

const wrong = `slc_default.000000000000_${'A'.repeat(43)}`;

test('of one network are bounded before storage is asked, and hold up no other one', async () => {
  const one = await withToken();
  let reads = 0;
  const { read } = one.store;
  one.store.read = (...args) => {
    reads += 1;
    return read(...args);
  };
  for (let index = 0; index < WRONG_TOKENS.burst; index += 1)
    expect(await one.tokens.check(wrong, 'bad')).toBeUndefined();
  expect(reads).toBe(WRONG_TOKENS.burst);
  await expect(one.tokens.check(wrong, 'bad')).rejects.toMatchObject({
    code: 'rate_limited',
    retryAfter: 1,
  });
  expect(reads).toBe(WRONG_TOKENS.burst);
  expect(await one.tokens.check(one.token, 'good')).toMatchObject({ id: one.view.id });
  await one.clock.advance(1_000);
  expect(await one.tokens.check(wrong, 'bad')).toBeUndefined();
});

test('sent at once are counted before any is known to be wrong', async () => {
  const one = await withToken();
  const flood = Array.from({ length: 500 }, () => one.tokens.check(wrong, 'bad'));
  const outcomes = await Promise.allSettled(flood);
  const asked = outcomes.filter(({ status }) => status === 'fulfilled');
  expect(asked).toHaveLength(WRONG_TOKENS.burst);
});

test('are bounded in all, from however many networks, and lock no known token out', async () => {
  const one = await withToken();
  expect(await one.tokens.check(one.token, 'net0')).toBeDefined();
  // Longer than the instance takes its own word for it.
  await one.clock.advance(60_000);
  let asked = 0;
  for (let network = 0; network < 2 * WRONG_TOKENS_IN_ALL.burst; network += 1)
    await one.tokens.check(wrong, `net${network}`).then(
      () => (asked += 1),
      () => undefined,
    );
  expect(asked).toBe(WRONG_TOKENS_IN_ALL.burst);
  expect(await one.tokens.check(one.token, 'net0')).toMatchObject({ id: one.view.id });
  // To another instance it is as unknown as the wrong ones, until it has seen it.
  const other = createAuthenticator(otherInstance(one.world), undefined);
  expect(await other.check(one.token, 'net0')).toMatchObject({ id: one.view.id });
});

test('are no good ones, nor those for which storage did not answer', async () => {
  const one = await withToken();
  for (let index = 0; index < 2 * WRONG_TOKENS.burst; index += 1) {
    const { token } = await one.make();
    expect(await one.tokens.check(token, 'office')).toBeDefined();
  }
  const { token } = await one.make();
  const { read } = one.store;
  one.store.read = () => Promise.reject(new Error('away'));
  for (let index = 0; index < 2 * WRONG_TOKENS.burst; index += 1)
    await expect(one.tokens.check(token, 'office')).rejects.toThrow('away');
  one.store.read = read;
  expect(await one.tokens.check(token, 'office')).toBeDefined();
});

test('of a provider lock nobody out, there or anywhere, whose token is new, and fill no log', async () => {
  const { tokens, sign, log } = await signingIn();
  const ada = personOf('ada', { roles: ['Readers'] });
  const foreign = await sign({ ...ada, aud: 'x' });
  const flood = Array.from({ length: 2 * WRONG_TOKENS_IN_ALL.burst }, (_, n) =>
    tokens.check(foreign, n < 2 * WRONG_TOKENS.burst ? 'office' : `net${n}`),
  );
  const outcomes = await Promise.allSettled(flood);
  const refused = outcomes.filter(({ status }) => status === 'fulfilled');
  expect(refused).toHaveLength(WRONG_TOKENS_IN_ALL.burst);
  expect(log.entries).toHaveLength(WRONG_TOKENS_IN_ALL.burst);
  await expect(tokens.check(foreign, 'office')).rejects.toMatchObject({ code: 'rate_limited' });
  for (const network of ['office', 'elsewhere'])
    expect(await tokens.check(await sign({ ...ada, network }), network)).toBeDefined();
});
