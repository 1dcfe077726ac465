/**
 * The storage process: tables, queues and blobs in one SQLite database, for the other processes of the machine.
 * `node main.ts --data DIR`. It holds the folder alone, waits for a predecessor that is still ending, and prints one line of JSON
 * when it serves: `{"ready": true, "folder": DIR}`. It ends on SIGTERM, SIGINT, or when its standard input closes, that is, when its
 * parent is gone. Exit code 1, and why on standard error, when the folder is of no use, or when the disk fails: the
 * process that started it starts it again.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { extname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { SOCKET } from '../wire/operations.ts';
import { checkFileSystem } from './file-system.ts';
import { createHub } from './hub.ts';

/** The kernel's bound for the path of a socket, its final zero included. */
const SOCKET_PATH_BYTES = 108;
/** Processes of one machine. */
const CONNECTIONS_MAX = 64;
/** After the order to end: for the transaction under way. */
const END_MS = 5_000;

const { values } = parseArgs({ options: { data: { type: 'string' } } });

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

function prepare(): { folder: string; path: string } {
  if (values.data === undefined) return fail('--data is missing: the folder of the database');
  const folder = resolve(values.data);
  const path = join(folder, SOCKET);
  if (Buffer.byteLength(path) >= SOCKET_PATH_BYTES)
    return fail(
      `${folder} is too long a path: with /${SOCKET} it has ${SOCKET_PATH_BYTES - 1} bytes at most`,
    );
  mkdirSync(folder, { recursive: true });
  checkFileSystem(folder);
  return { folder, path };
}

/** Only the user who runs this process may open what it makes. */
process.umask(0o077);
// The parent may be gone before its pipes are.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

try {
  const { folder, path } = prepare();
  const thread = new URL(`./database-thread${extname(import.meta.url)}`, import.meta.url);
  const worker = new Worker(thread, { workerData: { folder } });
  worker.on('error', (error) => fail(`${folder}: ${error.message}`));
  worker.on('exit', (code) =>
    code === 0 ? process.exit(0) : fail(`${folder}: the database thread ended`),
  );
  const hub = createHub((group) => worker.postMessage(group, [group.buffer]));
  const server = createServer((socket) => hub.serve(socket));
  server.maxConnections = CONNECTIONS_MAX;
  worker.once('message', () => {
    worker.on('message', (answers: Uint8Array) => hub.answer(answers));
    // The folder is ours by now: a socket there is what a killed predecessor has left.
    rmSync(path, { force: true });
    server.listen(path, () => process.stdout.write(`${JSON.stringify({ ready: true, folder })}\n`));
  });
  const end = (): void => {
    server.close();
    hub.close();
    worker.postMessage(null);
    setTimeout(() => process.exit(1), END_MS).unref();
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, end);
  process.stdin
    .once('close', end)
    .on('error', () => undefined)
    .resume();
} catch (error) {
  fail((error as Error).message);
}
