/** Keys of an installation: made at its first start, and kept in files that nobody else reads. */
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { KEY_BYTES, KEY_CHARS_MAX, KEY_CHARS_MIN } from './limits.ts';

const OWNER_ONLY = 0o600;
const OWNER_FOLDER = 0o700;

export type KeyName = 'admin-token' | 'host-master-key' | 'web-pubsub-key';

const folderOf = (dataDir: string): string => join(dataDir, 'keys');

/** A crash leaves the whole file or none, also when the machine loses its power. */
async function writeWhole(folder: string, path: string, text: string): Promise<void> {
  const draft = `${path}.new`;
  const file = await open(draft, 'w', OWNER_ONLY);
  try {
    await file.chmod(OWNER_ONLY);
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
  const entries = await open(folder, 'r');
  await entries.sync();
  await entries.close();
}

async function readWhole(path: string): Promise<string | undefined> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The key if it has been made. Rejects for a file that holds none: another key in its place would lock people out. */
export async function findKey(dataDir: string, name: KeyName): Promise<string | undefined> {
  const path = join(folderOf(dataDir), name);
  const text = await readWhole(path);
  if (text === undefined) return undefined;
  if (text.length < KEY_CHARS_MIN || text.length > KEY_CHARS_MAX || /[^!-~]/.test(text)) {
    throw new Error(`${path} holds no key. Delete it, and a new one is made at the next start.`);
  }
  // A volume that is given to a group lets the group read all files.
  await chmod(path, OWNER_ONLY);
  return text;
}

/** The key, which is made when there is none. For one process at a time. */
export async function makeKey(dataDir: string, name: KeyName): Promise<string> {
  const found = await findKey(dataDir, name);
  if (found !== undefined) return found;
  const folder = folderOf(dataDir);
  await mkdir(folder, { recursive: true, mode: OWNER_FOLDER });
  const key = randomBytes(KEY_BYTES).toString('base64url');
  await writeWhole(folder, join(folder, name), `${key}\n`);
  return key;
}
