import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { glob } from 'tinyglobby';
import { readJson } from '../host-config.ts';
import { messageOf } from '../log.ts';

/** Files this process loaded before: loading one again needs another name, as modules are cached. */
const loads = new Map<string, number>();

/**
 * Loads the app's entry files: those that the pattern `main` matches, by default the `main` of its
 * package.json (a file or a glob, relative to `appDir`), in the order of their paths. A file is an ES module or
 * CommonJS by Node's own rules. Gives the files. Throws when the pattern matches nothing or a file throws.
 *
 * A second load in one process evaluates the entry files again, but not the modules they import.
 */
export async function loadApp(appDir: string, main: string | undefined): Promise<string[]> {
  const pattern = main ?? (await readJson(join(appDir, 'package.json')))?.['main'];
  if (typeof pattern !== 'string' || pattern === '') {
    throw new Error(`${appDir}: package.json has no "main" with the file or glob of the functions`);
  }
  const files = await glob(pattern.replace(/^\.\//, ''), { cwd: appDir, absolute: true });
  if (files.length === 0) {
    throw new Error(`${appDir}: no file matches main "${pattern}"`);
  }
  for (const file of files.sort()) {
    try {
      await loadFile(file);
    } catch (error) {
      throw new Error(`Worker was unable to load entry point "${file}": ${messageOf(error)}`, {
        cause: error,
      });
    }
  }
  return files;
}

async function loadFile(file: string): Promise<void> {
  const count = loads.get(file) ?? 0;
  loads.set(file, count + 1);
  if (await isModule(file)) {
    const url = pathToFileURL(file);
    if (count > 0) {
      url.searchParams.set('load', String(count));
    }
    await import(/* @vite-ignore */ url.href);
    return;
  }
  const require = createRequire(file);
  delete require.cache[file];
  require(file);
}

async function isModule(file: string): Promise<boolean> {
  const extension = extname(file);
  if (extension === '.mjs' || extension === '.mts') {
    return true;
  }
  if (extension === '.cjs' || extension === '.cts') {
    return false;
  }
  for (let dir = dirname(file); ; dir = dirname(dir)) {
    const manifest = await readJson(join(dir, 'package.json'));
    if (manifest !== undefined) {
      return manifest['type'] === 'module';
    }
    if (dir === dirname(dir)) {
      return false;
    }
  }
}
