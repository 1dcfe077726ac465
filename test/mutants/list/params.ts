/** Bugs of params. */
import type { Mutant } from '../list.ts';

export const PARAMS: readonly Mutant[] = [
  {
    name: 'numbers are called the same as JavaScript rounds them',
    tests: ['params'],
    file: 'src/core/json/write.ts',
    find: 'if (value instanceof JsonNumber) return value.text;',
    replace:
      'if (value instanceof JsonNumber) return sorted ? String(Number(value.text)) : value.text;',
  },
  {
    name: 'params of an entry merge with those of a request at the top alone',
    tests: ['params'],
    file: 'src/core/json/write.ts',
    find: 'merged.set(key, both ? mergeJson(before, value) : value);',
    replace: 'merged.set(key, value);',
  },
  {
    name: 'a run that is too large for its row is found out when it is written',
    tests: ['params'],
    file: 'src/engine/commands/plan.ts',
    find: 'if (nearly) refusals.take(() => assertSize(nearly));',
    replace: '',
  },
  {
    name: 'params that Nextflow would misread start a run',
    tests: ['nextflow-entry'],
    file: 'src/engine/commands/launch.ts',
    find: 'refusals.take(() => assertReadable(kind, params));',
    replace: '',
  },
];
