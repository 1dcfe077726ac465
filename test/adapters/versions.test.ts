import { afterAll, beforeAll } from 'vitest';
import { createTableStore } from '../../src/adapters/azure/store.ts';
import { type Azurite, startAzurite } from '../../src/dev/azurite.ts';
import type { Store } from '../../src/ports/store.ts';
import { testVersions } from '../engine/catalogue/versions-suite.ts';

let azurite: Azurite;
let tables: Store;
beforeAll(async () => {
  azurite = await startAzurite();
  tables = createTableStore(azurite, { prefix: 'versions' });
});
afterAll(() => azurite.close());

testVersions('Azure Tables', () => tables);
