/** Bugs of the storage on SQLite. */
import type { Mutant } from '../../list.ts';

const tests = ['adapters/sqlite/process'];
const GROUPS = 'src/adapters/sqlite/server/groups.ts';

export const SQLITE: readonly Mutant[] = [
  {
    name: 'SQLite: a group is answered before it is on the disk',
    tests,
    file: GROUPS,
    find: 'commit?.run();',
    replace: 'setTimeout(() => commit?.run(), 5);',
  },
  {
    name: 'SQLite: a request that fails takes its whole group along',
    tests,
    file: GROUPS,
    find: 'join(oneByOne(requests))',
    replace: "join(requests.map(({ id }) => encodeFrame([id, false, 'failed'])))",
  },
  {
    name: 'SQLite: a client that does not read gets all its answers at once',
    tests: ['adapters/sqlite/unsent'],
    file: GROUPS,
    find: `const answer = encodeFrame([id, true, result], parts);
        answers.push(answer);
        bytes += answer.byteLength;
        if (bytes > ANSWERS_BYTES_MAX) break;`,
    replace: 'const answer = encodeFrame([id, true, result], parts); answers.push(answer);',
  },
  {
    name: 'SQLite: clients that do not read fill the memory together',
    tests: ['adapters/sqlite/unsent'],
    file: 'src/adapters/sqlite/server/hub.ts',
    find: 'if (unsent <= UNSENT_BYTES_MAX) return;',
    replace: 'if (unsent > 0) return;',
  },
  {
    name: 'SQLite: two processes have one database',
    tests,
    file: 'src/adapters/sqlite/server/database.ts',
    find: 'PRAGMA locking_mode = EXCLUSIVE;',
    replace: '',
  },
  {
    name: 'SQLite: a database lies on a file system of a network',
    tests,
    file: 'src/adapters/sqlite/server/file-system.ts',
    find: 'typeOf(folder) >>> 0',
    replace: 'typeOf(folder)',
  },
  {
    name: 'SQLite: a commit whose outcome is unknown is made again',
    tests,
    file: 'src/adapters/sqlite/store.ts',
    find: "client.call('rows.commit', args, { parts })",
    replace: "client.call('rows.commit', args, { parts, repeatable: true })",
  },
  {
    name: 'SQLite: other users of the machine can open what it makes',
    tests,
    file: 'src/adapters/sqlite/server/main.ts',
    find: 'process.umask(0o077);',
    replace: 'process.umask(0o022);',
  },
];
