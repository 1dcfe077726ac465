/** Declarations of the client, and of what it takes from `core/`, for a package that needs no other. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';

/** They are not checked here: `npm run types` does that. */
const OPTIONS = [
  '--ignoreConfig --declaration --emitDeclarationOnly --noCheck --pretty false --rootDir src',
  '--target es2024 --lib es2024,dom --module nodenext --strict --exactOptionalPropertyTypes',
  '--allowImportingTsExtensions --verbatimModuleSyntax src/client/index.ts',
].flatMap((line) => line.split(' '));

const ENTRY = 'client/index.d.ts';
/** In the place of zod. */
const ZOD_TYPES = 'zod-types.d.ts';

/** As a module is named from within: each names a file, with the ending of its source. */
const IMPORT = /(\bfrom |\bimport\()(['"])([^'"]+)\2/g;

/** How the compiler names zod's types, and its core's, in a module that does not import zod itself. */
const ZOD_CORE = 'import("zod/v4/core").';
const ZOD_WHOLE = /import\("zod"\)\.(?!z\.)/g;

/** The text with zod's types from the package itself. */
function withoutZod(text: string, path: string): string {
  const up = relative(dirname(path), '.') || '.';
  const named = text
    .replaceAll(ZOD_CORE, 'import("zod").z.core.')
    .replaceAll(ZOD_WHOLE, 'import("zod").z.');
  return named.replaceAll(IMPORT, (whole, before: string, _quote, name: string) =>
    name === 'zod' ? `${before}'${up}/${ZOD_TYPES.replace('.d.ts', '.js')}'` : whole,
  );
}

/** Examples in comments import what they like. */
const COMMENT = /\/\*[\s\S]*?\*\//g;

const targetsIn = (text: string, path: string): string[] =>
  [...text.replaceAll(COMMENT, '').matchAll(IMPORT)].map(([, , , name = '']) => {
    if (!name.startsWith('.')) throw new Error(`${path} names the package ${name}`);
    return join(dirname(path), name).replace(/\.[jt]s$/, '.d.ts');
  });

/** Files by their paths in the folder of declarations: the entry, and what it leads to. `compiler`: the file of tsc. */
export async function declarations(
  root: string,
  compiler: string,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const draft = await mkdtemp(join(tmpdir(), 'sluice-types-'));
  try {
    const args = [compiler, ...OPTIONS, '--outDir', draft];
    await promisify(execFile)(process.execPath, args, { cwd: root, signal }).catch(
      (error: { readonly stdout?: string }) => {
        signal?.throwIfAborted();
        throw new Error(`No declarations of the client:\n${error.stdout}`, { cause: error });
      },
    );
    const zodTypes = await readFile(join(root, 'src', 'build', ZOD_TYPES), 'utf8');
    const found = new Map([[ZOD_TYPES, zodTypes]]);
    for (const wanted = [ENTRY]; wanted.length > 0; ) {
      const path = wanted.pop() ?? ENTRY;
      if (found.has(path)) continue;
      const text = withoutZod(await readFile(join(draft, path), 'utf8'), path);
      found.set(path, text);
      wanted.push(...targetsIn(text, path));
    }
    return found;
  } finally {
    await rm(draft, { recursive: true, force: true, maxRetries: 3 });
  }
}
