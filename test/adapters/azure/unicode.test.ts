import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTableStore } from '../../../src/adapters/azure/store.ts';
import { type Azurite, startAzurite } from '../../../src/dev/azurite.ts';
import { createLog } from '../../../src/functions/log.ts';
import { manyLines, ODD, testUnicode } from '../suites/unicode.ts';

let azurite: Azurite;
beforeAll(async () => {
  azurite = await startAzurite();
});
afterAll(() => azurite.close());

testUnicode('Azure Tables', (prefix) => createTableStore(azurite, { prefix }));

it('what the app logs about them is one line an entry', () => {
  const written: string[] = [];
  const log = createLog({ level: 'info', write: (line) => written.push(line), now: () => 0 });
  for (const char of ODD) log.info(`a${char}b`, { text: char });
  expect(manyLines(written.join('\n'))).toEqual(written);
});
