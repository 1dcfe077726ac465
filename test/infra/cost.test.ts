/** The arithmetic of what an installation costs, and its table in `infra/README.md`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { costOf, costTable, RUN, readyInstance } from '../../src/build/cost.ts';
import { PRICES_OF } from '../../src/build/prices.ts';
import { ROOT } from './compiler.ts';

it('idle costs the storage, and in production what is there all the time', () => {
  const cheap = costOf('cheap', 0);
  // 43,800 seconds of 2 GB are within the free grant.
  expect(cheap).toMatchObject({ functions: 0, webPubSub: 0, logs: 0, network: 0 });
  // 43,800 ticks of 18 operations, at 0.00036 for 10,000.
  expect(cheap.total).toBeCloseTo(0.0284, 3);
  // A unit of 49, gateway and address 36.50, endpoints 36.50, zones 3.
  expect(costOf('production', 0).total).toBeCloseTo(125.03, 1);
});

it('a run that is alone pays for its follower', () => {
  // 1,000 runs of 600 s: 600,000 s, of which about a tenth is at the same time as another.
  const seconds = 2_628_000 * (1 - Math.exp(-(1_000 * RUN.seconds) / 2_628_000));
  expect(seconds).toBeGreaterThan(500_000);
  const billed = (43_800 + seconds + 1_000 * RUN.executions) * 2 - 100_000;
  expect(costOf('cheap', 1_000).functions).toBeCloseTo(billed * 0.000026, 6);
});

it('many runs share one', () => {
  const [some, many] = [costOf('cheap', 20_000), costOf('cheap', 40_000)];
  expect(many.functions / some.functions).toBeLessThan(1.5);
  // 100,000 runs of 700 messages are 70 millions, of which 30.4 are in the unit.
  expect(costOf('production', 100_000).webPubSub).toBeCloseTo(49 + 70 - 30.4, 0);
});

it('more runs never cost less', () => {
  const totals = [0, 1, 10, 100, 1_000, 10_000, 100_000, 1_000_000].map(
    (runs) => costOf('production', runs).total,
  );
  expect(totals.toSorted((a, b) => a - b)).toEqual(totals);
});

it('an instance that is kept ready costs what the parameter says', () => {
  const main = readFileSync(join(ROOT, 'infra/main.bicep'), 'utf8');
  expect(main).toContain(`costs about ${Math.round(readyInstance())} USD a month while idle`);
});

it('the table of the page is the one of the code', () => {
  const path = join(ROOT, 'infra/README.md');
  const text = readFileSync(path, 'utf8');
  const old = /^\| profile \| runs a month \|.*\n(?:\|.*\n)+/m.exec(text)?.[0] ?? '';
  if (process.env['UPDATE_SETTINGS'] !== undefined)
    writeFileSync(
      path,
      text.replace(old, () => `${costTable()}\n`),
    );
  else expect(old).toBe(`${costTable()}\n`);
  expect(text).toContain(PRICES_OF);
});
