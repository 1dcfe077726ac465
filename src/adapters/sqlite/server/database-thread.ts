/** The thread that owns the database. Gets groups of requests from the hub, and answers what it did of each once it is on the disk. */
import { parentPort, workerData } from 'node:worker_threads';
import { openDatabase } from './database.ts';
import { createGroups } from './groups.ts';

const port = parentPort;
if (port === null) throw new Error('this file is a thread of the storage process');

const database = await openDatabase((workerData as { readonly folder: string }).folder);
const run = createGroups(database);
port.on('message', (group: Uint8Array | null) => {
  if (group === null) {
    database.close();
    process.exit(0);
  }
  const answers = run(group);
  port.postMessage(answers, [answers.buffer]);
});
port.postMessage('open');
