/** Files of the page and of the documentation: beside the bundle where they were built, those of the documentation else from their package. */
import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, extname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Asset, PageFile } from '../api/services.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
};

function directories(): string[] {
  const here = dirname(fileURLToPath(import.meta.url));
  const bundled = [join(here, 'docs'), join(here, '..', 'docs')];
  try {
    const found = createRequire(import.meta.url).resolve('swagger-ui-dist/package.json');
    return [...bundled, dirname(found)];
  } catch {
    // swagger-ui-dist is a build dependency and absent where the bundle is deployed.
    return bundled;
  }
}

async function read(name: string): Promise<Asset | undefined> {
  const contentType = TYPES[extname(name)];
  if (contentType === undefined) return undefined;
  for (const directory of directories()) {
    const bytes = await readFile(join(directory, name)).catch(() => undefined);
    if (bytes !== undefined) return { bytes: new Uint8Array(bytes), contentType };
  }
  return undefined;
}

const known = new Map<string, Promise<Asset | undefined>>();

/** `name` is one of the names that the API knows, never a caller's text. */
export function readAsset(name: string): Promise<Asset | undefined> {
  const asset = known.get(name) ?? read(name);
  known.set(name, asset);
  return asset;
}

/** The build puts files with their content in their names into this folder of the page. */
const HASHED = 'assets/';
/** Packing is worth a header from this many bytes. */
const PACKED_MIN = 1_000;

/** All files of the page. A name that a caller asks for is looked up among them, and never becomes a path. */
async function pageFiles(): Promise<Map<string, string>> {
  const here = dirname(fileURLToPath(import.meta.url));
  for (const folder of [
    join(here, 'page'),
    join(here, '..', 'page'),
    join(here, '../../dist/page'),
  ]) {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
    const files = entries.filter(
      (entry) => entry.isFile() && Object.hasOwn(TYPES, extname(entry.name)),
    );
    if (files.some(({ name }) => name === 'index.html')) {
      return new Map(
        files.map(({ parentPath, name }) => {
          const path = join(parentPath, name);
          return [relative(folder, path).replaceAll(sep, '/'), path];
        }),
      );
    }
  }
  return new Map();
}

let paths: Promise<Map<string, string>> | undefined;
const pages = new Map<string, Promise<PageFile>>();

async function readPage(name: string, path: string): Promise<PageFile> {
  const bytes = new Uint8Array(await readFile(path));
  const contentType = TYPES[extname(name)] ?? '';
  const text = !contentType.startsWith('image/png') && bytes.byteLength >= PACKED_MIN;
  const packed = text ? new Uint8Array(await promisify(gzip)(bytes, { level: 9 })) : undefined;
  return { bytes, contentType, gzip: packed, immutable: name.startsWith(HASHED) };
}

/** A file of the page, packed once; undefined when there is none of this name. */
export async function readPageFile(name: string): Promise<PageFile | undefined> {
  paths ??= pageFiles();
  const path = (await paths).get(name);
  if (path === undefined) {
    // Not built yet: the next request looks again.
    if ((await paths).size === 0) paths = undefined;
    return undefined;
  }
  const page = pages.get(name) ?? readPage(name, path);
  pages.set(name, page);
  return page.catch((error: unknown) => {
    pages.delete(name);
    throw error;
  });
}
