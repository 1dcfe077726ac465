/** Objects on disk: one JSON file each, replaced by rename, so that a killed process leaves whole files. */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KubeObject } from './object.ts';
import type { Resource } from './resource.ts';

export interface Persistence {
  load(resource: Resource): KubeObject[];
  save(resource: Resource, object: KubeObject): void;
  remove(resource: Resource, object: KubeObject): void;
  /** The revision to count on from after a start: never lower than any that was given out. */
  firstRevision(): number;
  /** Says that `revision` has been given out. */
  reserve(revision: number): void;
}

/** Revisions are reserved on disk in blocks, so that most writes cost one file, not two. */
const BLOCK = 1_000;

/** Writes a file so that readers see the old text or the new one, never a part. */
export function writeWhole(path: string, text: string): void {
  const part = `${path}.part`;
  // Secrets among them: for the owner's eyes only.
  writeFileSync(part, text, { mode: 0o600 });
  renameSync(part, path);
}

/** State that ends with the process. */
export const inMemory: Persistence = {
  load: () => [],
  save: () => undefined,
  remove: () => undefined,
  firstRevision: () => 1,
  reserve: () => undefined,
};

/** State in `directory`. Throws the file system's errors: a request that cannot be stored fails. */
export function onDisk(directory: string): Persistence {
  const revisionFile = join(directory, 'revision');
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  let reserved = 0;
  try {
    reserved = Number(readFileSync(revisionFile, 'utf8'));
  } catch {
    // A new directory.
  }
  const folder = (resource: Resource, namespace: string) =>
    join(directory, resource.plural, namespace === '' ? '-' : namespace);
  const file = (resource: Resource, object: KubeObject) =>
    join(folder(resource, object.metadata.namespace ?? ''), `${object.metadata.name}.json`);
  const known = new Set<string>();

  return {
    load(resource) {
      const root = join(directory, resource.plural);
      mkdirSync(root, { recursive: true });
      const names = readdirSync(root, { recursive: true, encoding: 'utf8' });
      return names
        .filter((name) => name.endsWith('.json'))
        .map((name) => JSON.parse(readFileSync(join(root, name), 'utf8')) as KubeObject);
    },
    save(resource, object) {
      const parent = folder(resource, object.metadata.namespace ?? '');
      if (!known.has(parent)) {
        mkdirSync(parent, { recursive: true });
        known.add(parent);
      }
      writeWhole(file(resource, object), JSON.stringify(object));
    },
    remove: (resource, object) => rmSync(file(resource, object), { force: true }),
    firstRevision: () => reserved + 1,
    reserve(revision) {
      if (revision <= reserved) return;
      reserved = revision + BLOCK;
      writeWhole(revisionFile, String(reserved));
    },
  };
}
