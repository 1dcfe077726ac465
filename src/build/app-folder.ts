/** A folder with the app as it is deployed: the bundle, its pages, `host.json`, and a `package.json` that asks for no packages. */
import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';

type Source = {
  /** The repository. */
  readonly root: string;
  /** The folder to make. */
  readonly folder: string;
  /** Built files keep their paths below this one. */
  readonly base: string;
  readonly files: readonly string[];
  /** Writes a file that others may be reading. */
  readonly writeWhole: (path: string, bytes: Uint8Array) => Promise<void>;
};

/** Resolves with the files of the folder. */
export async function appFolder(source: Source): Promise<string[]> {
  const { root, folder, base, files, writeWhole } = source;
  const { name, version, type, main, engines } = JSON.parse(
    await readFile(join(root, 'package.json'), 'utf8'),
  ) as Record<string, string>;
  const at = (path: string): string => relative(base, join(root, path));
  const about = { name, version, private: true, type, main: at(main ?? ''), engines };
  const copies = [join(root, 'host.json'), ...files].map(
    async (from) =>
      [
        from.endsWith('host.json') ? 'host.json' : relative(base, from),
        await readFile(from),
      ] as const,
  );
  const manifest = ['package.json', Buffer.from(`${JSON.stringify(about, null, 2)}\n`)] as const;
  return Promise.all(
    [manifest, ...(await Promise.all(copies))].map(async ([file, bytes]) => {
      const path = join(folder, file);
      await writeWhole(path, bytes);
      return path;
    }),
  );
}
