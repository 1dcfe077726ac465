/** Builds the page with Vite into `dist/page/`; only when something that it is made of has changed. */
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { build } from 'vite';

/** What the page is made of, from the repository's folder: sources, and the versions of packages. */
const SOURCES = ['src/page', 'src/client', 'src/core', 'src/build/page.ts', 'package-lock.json'];

async function filesIn(path: string): Promise<string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch(
    () => undefined,
  );
  if (entries === undefined) return [path];
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
}

async function hashOf(root: string): Promise<string> {
  const files = (await Promise.all(SOURCES.map((source) => filesIn(join(root, source))))).flat();
  const hash = createHash('sha256');
  for (const file of files.sort())
    hash.update(`${relative(root, file)}\n`).update(await readFile(file));
  return hash.digest('hex');
}

type Target = {
  /** The repository. */
  readonly root: string;
  /** The folder of the built page. */
  readonly folder: string;
  /** A file beside it that tells what the page was made of: a hash, then the names of its files. */
  readonly record: string;
  /** Writes a file that others may be reading. */
  readonly writeWhole: (path: string, bytes: Uint8Array) => Promise<void>;
};

/** Vite obeys this variable before all else: a test's own value would put React's development build, twice as large, into the page. */
async function inProduction(work: () => Promise<unknown>): Promise<void> {
  const before = process.env['NODE_ENV'];
  process.env['NODE_ENV'] = 'production';
  try {
    await work();
  } finally {
    if (before === undefined) delete process.env['NODE_ENV'];
    else process.env['NODE_ENV'] = before;
  }
}

/** Resolves with the files of the page. The HTML is written last: what it names is there by then. */
export async function buildPage({ root, folder, record, writeWhole }: Target): Promise<string[]> {
  const hash = await hashOf(root);
  const before = await readFile(record, 'utf8').catch(() => '');
  const [known, ...files] = before.split('\n');
  if (known === hash) return files.map((name) => join(folder, name));
  const draft = await mkdtemp(join(tmpdir(), 'sluice-page-'));
  try {
    await inProduction(() =>
      build({
        configFile: join(root, 'src/page/vite.config.ts'),
        logLevel: 'warn',
        build: { outDir: draft },
      }),
    );
    const made = (await filesIn(draft)).map((path) => relative(draft, path));
    const lastly = made.toSorted(
      (a, b) => Number(a.endsWith('.html')) - Number(b.endsWith('.html')),
    );
    for (const name of lastly)
      await writeWhole(join(folder, name), await readFile(join(draft, name)));
    await writeWhole(record, Buffer.from([hash, ...made].join('\n')));
    return made.map((name) => join(folder, name));
  } finally {
    await rm(draft, { recursive: true, force: true, maxRetries: 3 });
  }
}
