/** Files of the documentation page: beside the bundle where it was built, else from the package. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Asset } from '../api/services.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
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
