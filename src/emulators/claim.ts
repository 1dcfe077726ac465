/** A folder for one process at a time. */
import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export type Claim = {
  /** Where the holder is reached; from now on a second stack that asks for the folder is told so. */
  readonly say: (address: string) => void;
  readonly release: () => void;
};

type Holder = { readonly pid: number; readonly address: string | null };

/** A process that was told to end, or whose parent was killed, needs no longer to save and go. */
const WAIT_MS = 20_000;
const LOOK_MS = 100;
/** A holder that hangs does not say who it is. */
const ANSWER_MS = 1_000;

/** A socket in Linux's abstract namespace: the kernel takes it back with its process, so that none is ever left behind. */
const socketOf = (dir: string): string =>
  `\0sluice-${createHash('sha256').update(realpathSync(dir)).digest('hex')}`;

/** Undefined when somebody else has it. */
function tryClaim(path: string): Promise<Claim | undefined> {
  const holder: { pid: number; address: string | null } = { pid: process.pid, address: null };
  const server = createServer((socket) => {
    socket.on('error', () => undefined).end(JSON.stringify(holder));
  });
  const claim = {
    say: (address: string) => void (holder.address = address),
    release: () => void server.close(),
  };
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error),
    );
    server.listen(path, () => resolve(claim));
    // To have a folder is no reason to live.
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
 * Claims a folder, which has to be there, until `release` or the end of this process, however it ends. Rejects with the
 * holder's process id and address when another process on this machine has it; with `wait` only if it still does after
 * 20 s. Elsewhere than on Linux nothing is claimed.
 */
export async function claim(dir: string, { wait = false } = {}): Promise<Claim> {
  if (process.platform !== 'linux') return { say: () => undefined, release: () => undefined };
  const path = socketOf(dir);
  const until = Date.now() + (wait ? WAIT_MS : 0);
  for (;;) {
    const claimed = await tryClaim(path);
    if (claimed !== undefined) return claimed;
    if (Date.now() >= until) break;
    await sleep(LOOK_MS);
  }
  const holder = await askHolder(path);
  const who =
    holder === undefined
      ? 'another process'
      : `process ${holder.pid}, ${holder.address ?? 'which is still starting'}`;
  throw new Error(`${dir} is in use by ${who}. Two stacks cannot share a folder.`);
}
