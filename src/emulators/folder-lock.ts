/** A lock on a folder, held by one process at a time. */
import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export type FolderLock = {
  /** Tells a second process that asks for the folder where this one can be reached. */
  readonly setAddress: (address: string) => void;
  readonly release: () => void;
};

type Holder = { readonly pid: number; readonly address: string | null };

/** A process that is ending has saved its state within this time. */
const WAIT_MS = 20_000;
const POLL_MS = 100;
/** A holder that hangs does not answer; the message is then less precise. */
const ANSWER_MS = 1_000;

/** A socket in Linux's abstract namespace: the kernel removes it with its process, so no stale lock can remain. */
const socketOf = (dir: string): string =>
  `\0sluice-${createHash('sha256').update(realpathSync(dir)).digest('hex')}`;

/** Undefined when another process holds it. */
function tryLock(path: string): Promise<FolderLock | undefined> {
  const holder: { pid: number; address: string | null } = { pid: process.pid, address: null };
  const server = createServer((socket) => {
    socket.on('error', () => undefined).end(JSON.stringify(holder));
  });
  const lock = {
    setAddress: (address: string) => void (holder.address = address),
    release: () => void server.close(),
  };
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error),
    );
    server.listen(path, () => resolve(lock));
    // The lock must not keep the process alive.
    server.unref();
  });
}

function askHolder(path: string): Promise<Holder | undefined> {
  return new Promise((resolve) => {
    let text = '';
    const socket = connect(path);
    socket.setEncoding('utf8').setTimeout(ANSWER_MS, () => socket.destroy());
    socket.on('data', (part: string) => (text += part));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(text === '' ? undefined : (JSON.parse(text) as Holder)));
  });
}

/**
 * Locks an existing folder until `release` or the end of this process, however it ends. Rejects with the holder's process
 * id and address when another process on this machine holds it; with `wait` only if it still does after 20 s. Only Linux
 * has such locks: elsewhere nothing is locked.
 */
export async function lockFolder(dir: string, { wait = false } = {}): Promise<FolderLock> {
  if (process.platform !== 'linux')
    return { setAddress: () => undefined, release: () => undefined };
  const path = socketOf(dir);
  const until = Date.now() + (wait ? WAIT_MS : 0);
  for (;;) {
    const lock = await tryLock(path);
    if (lock !== undefined) return lock;
    if (Date.now() >= until) break;
    await sleep(POLL_MS);
  }
  const holder = await askHolder(path);
  const who =
    holder === undefined
      ? 'another process'
      : `process ${holder.pid}, ${holder.address ?? 'which is still starting'}`;
  throw new Error(`${dir} is in use by ${who}. Two stacks cannot share a folder.`);
}
