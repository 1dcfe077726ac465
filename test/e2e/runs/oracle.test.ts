import { expect, it } from 'vitest';
import { numbered } from '../../torture/driver.ts';
import { holesOf, LOG_FILE_BYTES, needless } from '../../torture/oracle.ts';

it('tells a gap where nothing is missing from one where a file of the log may have ended', () => {
  const { printed } = numbered(200_000);
  const text = printed.toString();
  const at = (line: number): number => text.split('\n', line).join('\n').length + 1;
  // Each line has 40 bytes more in the file of the cluster: 76,261 lines of 97.5 bytes fill one.
  const [end, next] = [at(76_800), at(153_600)];
  expect(end + 76_800 * 40).toBeGreaterThan(LOG_FILE_BYTES);
  expect(needless(text, [end, next])).toEqual([]);
  expect(needless(text, [end, at(153_000)])).toEqual([at(153_000)]);
  expect(needless(text, [at(1_000)])).toEqual([at(1_000)]);
  const holed = text.slice(0, at(1_000)) + text.slice(at(3_000));
  expect(holesOf(holed)).toEqual([{ at: at(1_000), lines: 2_000 }]);
  expect(needless(holed, [at(1_000)])).toEqual([]);
});
