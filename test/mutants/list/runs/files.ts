/** Bugs of files of runs: what may be read, and whether it arrived. */
import type { Mutant } from '../../list.ts';

const reader = ['core/runs/files/reader'];
const engine = ['engine/commands/files/files'];

export const FILES: readonly Mutant[] = [
  {
    name: 'a file is read wherever a link leads',
    tests: reader,
    file: 'src/core/runs/files/script.ts',
    find: '|| refuse outside',
    replace: '|| true',
  },
  {
    name: 'a folder that a link has in its path is read',
    tests: reader,
    file: 'src/core/runs/files/script.ts',
    find: '[ "$root" = "$volume/$1" ]',
    replace: '[ -n "$root" ]',
  },
  {
    name: 'params lead a reader into the folders of other runs',
    tests: engine,
    file: 'src/core/runs/files/folders.ts',
    find: 'if (isShared(',
    replace: 'if (false && isShared(',
  },
  {
    name: 'an answer of a reader is taken although a node changed it',
    tests: engine,
    file: 'src/engine/reconcile/kubernetes/files/reader.ts',
    find: '(await world.sha256(answer.lines)) === answer.sha256',
    replace: '(await world.sha256(answer.lines)) !== ""',
  },
  {
    name: 'a pod that somebody planted answers for a reader',
    tests: engine,
    file: 'src/engine/reconcile/kubernetes/files/reader.ts',
    find: 'job_uid === uid',
    replace: 'uid !== job_uid',
  },
];
