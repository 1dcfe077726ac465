/** The texts of tokens, what their scopes allow, and how their digests are compared. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { allows } from '../../../src/core/access/scopes.ts';
import { endOf, readToken, Scope, sameDigest, tokenText } from '../../../src/core/access/token.ts';

const SECRET = 'A'.repeat(42) + '_';
const ID = 'default.0123456789az';

describe('a token', () => {
  test('is read back as its id and domain', () => {
    expect(tokenText(ID, SECRET)).toBe(`slc_${ID}_${SECRET}`);
    expect(readToken(tokenText(ID, SECRET))).toEqual({ id: ID, domain: 'default' });
  });

  test.each(['a', 'a-b', '0', 'a'.repeat(63)])('may be of the domain %s', (domain) => {
    const id = `${domain}.0123456789az`;
    expect(readToken(tokenText(id, SECRET))).toEqual({ id, domain });
  });

  test.each([
    ['nothing', ''],
    ['another prefix', `SLC_${ID}_${SECRET}`],
    ['a space before', ` slc_${ID}_${SECRET}`],
    ['a line break after', `slc_${ID}_${SECRET}\n`],
    ['a secret that is too short', `slc_${ID}_${SECRET.slice(1)}`],
    ['a secret that is too long', `slc_${ID}_${SECRET}A`],
    ['a character that no secret has', `slc_${ID}_${SECRET.slice(1)}+`],
    ['an id that is too short', `slc_default.0123456789a_${SECRET}`],
    ['an id in capitals', `slc_default.0123456789AZ_${SECRET}`],
    ['no domain', `slc_.0123456789az_${SECRET}`],
    ['a domain that begins with a dash', `slc_-a.0123456789az_${SECRET}`],
    ['a domain that ends with a dash', `slc_a-.0123456789az_${SECRET}`],
    ['a domain of 64 characters', `slc_${'a'.repeat(64)}.0123456789az_${SECRET}`],
    ['a domain with a dot', `slc_a.b.0123456789az_${SECRET}`],
  ])('is none: %s', (_what, text) => {
    expect(readToken(text)).toBeUndefined();
  });
});

describe('scopes', () => {
  const order = Scope.options;

  test.each(order)('%s includes itself and all before it, and none after it', (scope) => {
    for (const wanted of order) {
      expect(allows([scope], wanted), wanted).toBe(order.indexOf(wanted) <= order.indexOf(scope));
    }
  });

  test('add up, and no scope allows nothing', () => {
    expect(allows(['read', 'launch'], 'launch')).toBe(true);
    expect(allows(['read', 'launch'], 'run')).toBe(false);
    expect(allows([], 'read')).toBe(false);
  });
});

test('a token ends at its time, or never', () => {
  expect(endOf({ expires_at: '2026-01-02T03:04:05.678Z' })).toBe(
    Date.UTC(2026, 0, 2, 3, 4, 5, 678),
  );
  expect(endOf({ expires_at: null })).toBe(Infinity);
});

describe('digests', () => {
  test.each([
    ['', '', true],
    ['abc', 'abc', true],
    ['abc', 'abd', false],
    ['abc', 'xbc', false],
    ['abc', 'ab', false],
    ['ab', 'abc', false],
    ['', 'a', false],
    ['a', '', false],
    // A shorter one is not taken for one that it repeats to.
    ['abab', 'ab', false],
  ])('%j and %j: %s', (a, b, same) => {
    expect(sameDigest(a, b)).toBe(same);
  });

  test('are the same exactly when their texts are', () => {
    const text = fc.string({ unit: fc.constantFrom('0', '1', 'f'), maxLength: 6 });
    fc.assert(fc.property(text, text, (a, b) => sameDigest(a, b) === (a === b)));
  });
});
