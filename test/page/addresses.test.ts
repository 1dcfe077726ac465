/** What people write into addresses by hand reaches a screen only as what it may be. */
import { describe, expect, it } from 'vitest';
import { screens } from '../../src/page/screens/index.ts';

type Search = Readonly<Record<string, unknown>>;

const KEYS =
  'state pipeline lane label since until who q domain old new from what outcome live tab types kind version priority labels deadline params unknown'.split(
    ' ',
  );

const readers = screens.flatMap(({ options }) => {
  const { validateSearch, path } = options as { validateSearch?: unknown; path: string };
  return typeof validateSearch === 'function'
    ? [{ path, read: validateSearch as (search: Search) => Search }]
    : [];
});

describe('addresses of screens', () => {
  it('are read by most screens', () => expect(readers.length).toBeGreaterThan(10));

  describe.each(readers)('$path', ({ read }) => {
    it.each([[['a', 'b']], [{ deep: 1 }], [true], [null], ['bogus'], [''], [-1]])(
      'are as they were read, where each key is %j',
      (value) => {
        const raw = Object.fromEntries(KEYS.map((key) => [key, value]));
        const before = read(raw);
        // So the router does.
        const given: Search = { ...raw, ...before };
        const kept = Object.entries(given).filter(([, each]) => each !== undefined);
        for (const [, each] of kept) expect(typeof each).toMatch(/^(string|number)$/);
        expect(given).not.toHaveProperty('unknown', value);
        expect(kept.map(([key]) => key)).not.toContain('label');
      },
    );
  });
});
