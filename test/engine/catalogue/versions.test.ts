import { createMemoryStore } from '../../../src/adapters/memory/store.ts';
import { testVersions } from './versions-suite.ts';

const store = createMemoryStore();
testVersions('memory', () => store);
