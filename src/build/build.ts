/**
 * Bundles what is deployed and published into `dist/`: `functions.js` with its lazy chunks, the
 * page and the files of the documentation; into `dist/npm/` the package of client and command line;
 * into `dist/app/` exactly what is deployed to Azure; into `dist/functions-host/` the Functions host of this machine, and
 * into `dist/sqlite/` the storage process; into `dist/standalone/` all that the container of a standalone installation has.
 * `node src/build/build.ts` also removes the files of earlier builds.
 */
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build as bundle, type OutputFile } from 'esbuild';
import { appFolder } from './app-folder.ts';
import { dynamicCommonJs, englishOnly } from './build-plugin.ts';
import { declarations } from './declarations.ts';
import { notices } from './notices.ts';
import { NOTICES, npmFiles } from './npm-package.ts';
import { buildPage } from './page.ts';
import { runCommand, stopOnSignals } from './signals.ts';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const DIST = join(ROOT, 'dist');
/** The package of the client and the command line. */
const NPM = join(DIST, 'npm');

/** The program of the local Functions host, for `supervise`. */
export const HOST = join(DIST, 'functions-host', 'main.js');

/** The program of the storage process, for `startSqlite`. */
export const SQLITE = join(DIST, 'sqlite', 'main.js');

/** What the page was made of, so that it is not built anew without need. */
const PAGE_RECORD = join(DIST, 'page.txt');

/** The folder of the container: the app as in a Functions app, and in `runtime/` the programs of its parts. */
export const STANDALONE = join(DIST, 'standalone');

/** Files of swagger-ui-dist that the documentation page asks for. */
export const DOCS = [
  'swagger-ui.css',
  'swagger-ui-bundle.js',
  'oauth2-redirect.js',
  'favicon-32x32.png',
];

/** Libraries in CommonJS form load Node's own modules by `require`, which a module does not have. */
const REQUIRE =
  "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);";

const SHARED = {
  absWorkingDir: ROOT,
  bundle: true,
  format: 'esm',
  sourcemap: 'linked',
  // Without the sources the maps are small; a debugger finds the files.
  sourcesContent: false,
  outdir: 'dist',
  write: false,
  logLevel: 'warning',
  legalComments: 'none',
} satisfies BuildOptions;

/** For Node. Names stay: the SDKs put them into errors and logs. */
const NODE = {
  ...SHARED,
  platform: 'node',
  target: 'node22',
  banner: { js: REQUIRE },
  // Its build for Node loads parts by computed names, which a bundler cannot follow.
  alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' },
  minifyWhitespace: true,
  minifySyntax: true,
} satisfies BuildOptions;

/** The Functions app. */
const FUNCTIONS = {
  ...NODE,
  entryPoints: {
    functions: 'src/functions/index.ts',
    'event-loop-thread': 'src/functions/runtime/event-loop-thread.ts',
  },
  // Dynamic imports become chunks that are read when needed, so a cold start loads less.
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
  // The host provides it.
  external: ['@azure/functions-core'],
  plugins: [dynamicCommonJs],
} satisfies BuildOptions;

/** As bundles, because Node would load its TypeScript compiler into each thread of a process that runs sources. */
const LOCAL_PROGRAMS = {
  ...NODE,
  entryPoints: [
    ...['main', 'watchdog', 'worker-main'].map((name) => ({
      in: `src/emulators/functions-host/process/${name}.ts`,
      out: `functions-host/${name}`,
    })),
    ...['main', 'database-thread'].map((name) => ({
      in: `src/adapters/sqlite/server/${name}.ts`,
      out: `sqlite/${name}`,
    })),
  ],
} satisfies BuildOptions;

/** What runs the app in a container. */
const STANDALONE_RUNTIME = {
  ...NODE,
  entryPoints: [
    { in: 'src/standalone/main.ts', out: 'standalone/runtime/main' },
    { in: 'src/emulators/web-pubsub/main.ts', out: 'standalone/runtime/web-pubsub' },
    ...LOCAL_PROGRAMS.entryPoints.map(({ in: source, out }) => ({
      in: source,
      out: `standalone/runtime/${out}`,
    })),
  ],
} satisfies BuildOptions;

const CLIENT = {
  ...SHARED,
  entryPoints: { 'npm/client': 'src/client/index.ts' },
  platform: 'browser',
  target: 'es2022',
  minify: true,
} satisfies BuildOptions;

/** The command line, in one file without packages beside it. */
const COMMAND_LINE = {
  ...NODE,
  entryPoints: { 'npm/cli': 'src/cli/main.ts' },
  target: 'node20',
  plugins: [englishOnly],
} satisfies BuildOptions;

/** The first bytes of a program: `#!`. */
const [HASH, BANG] = Buffer.from('#!');

/** Replaces a file as a whole, so that a reader never sees half of it. Leaves an unchanged file alone. */
async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const before = await readFile(path).catch(() => undefined);
  if (before?.equals(bytes)) return;
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}.new`;
  // npm links to the command line once, and would find a new file that nobody may run.
  const isProgram = bytes[0] === HASH && bytes[1] === BANG;
  await writeFile(draft, bytes, { mode: isProgram ? 0o755 : 0o644 });
  await rename(draft, path);
}

const folderOf = (name: string): string =>
  dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));

async function types(signal?: AbortSignal): Promise<string[]> {
  const compiler = join(folderOf('typescript'), 'bin', 'tsc');
  return Promise.all(
    Array.from(await declarations(ROOT, compiler, signal), async ([name, text]) => {
      const path = join(NPM, 'types', name);
      await writeWhole(path, Buffer.from(text));
      return path;
    }),
  );
}

async function npmPackage(): Promise<string[]> {
  const files = await npmFiles(ROOT);
  return Promise.all(
    Array.from(files, async ([name, text]) => {
      const path = join(NPM, name);
      await writeWhole(path, Buffer.from(text));
      return path;
    }),
  );
}

async function docs(): Promise<string[]> {
  const from = folderOf('swagger-ui-dist');
  return Promise.all(
    DOCS.map(async (name) => {
      const path = join(DIST, 'docs', name);
      await writeWhole(path, await readFile(join(from, name)));
      return path;
    }),
  );
}

async function code(
  options: typeof FUNCTIONS | typeof LOCAL_PROGRAMS | typeof STANDALONE_RUNTIME | typeof CLIENT,
): Promise<string[]> {
  const { outputFiles } = await bundle(options);
  return writeCode(outputFiles);
}

/** The command line, with the licences of what is in it; the client has nothing that it has not. */
async function commandLine(): Promise<string[]> {
  const { outputFiles, metafile } = await bundle({ ...COMMAND_LINE, metafile: true });
  const path = join(NPM, NOTICES);
  await writeWhole(path, Buffer.from(await notices(ROOT, Object.keys(metafile.inputs))));
  return [...(await writeCode(outputFiles)), path];
}

async function writeCode(outputFiles: readonly OutputFile[]): Promise<string[]> {
  // Entries come last, when the chunks that they import are there.
  const chunksFirst = outputFiles.toSorted(
    (a, b) => Number(b.path.includes('chunks')) - Number(a.path.includes('chunks')),
  );
  for (const { path, contents } of chunksFirst) await writeWhole(path, contents);
  return outputFiles.map(({ path }) => path);
}

/** What is deployed to Azure, without the maps, which are for a debugger; and the same for the container. */
async function deployed(app: readonly string[], page: readonly string[]): Promise<string[]> {
  const files = [...app.filter((path) => !path.endsWith('.map')), ...page];
  const common = { root: ROOT, writeWhole };
  const azure = { ...common, folder: join(DIST, 'app'), base: DIST, files };
  const container = { ...common, folder: STANDALONE, base: ROOT, files: [...app, ...page] };
  return [...(await appFolder(azure)), ...(await appFolder(container))];
}

/**
 * Builds everything; resolves with the files of the result. Two builds may run at the same time. After an abort by `signal`
 * nothing is left in the temporary directory.
 */
export async function build(signal?: AbortSignal): Promise<readonly string[]> {
  const [app, pages] = [
    code(FUNCTIONS),
    Promise.all([
      docs(),
      buildPage({ root: ROOT, folder: join(DIST, 'page'), record: PAGE_RECORD, writeWhole }),
    ]),
  ];
  const bundles = [code(LOCAL_PROGRAMS), code(STANDALONE_RUNTIME), code(CLIENT), commandLine()];
  const folders = Promise.all([app, pages]).then(([files, assets]) =>
    deployed(files, assets.flat()),
  );
  const parts = [
    app,
    pages.then((files) => files.flat()),
    ...bundles,
    types(signal),
    npmPackage(),
    folders,
  ];
  // Ctrl-C ends the compilers too: their failures are not reported, and the others clean up.
  await Promise.allSettled(parts);
  signal?.throwIfAborted();
  return (await Promise.all(parts)).flat();
}

async function removeOthers(files: readonly string[]): Promise<void> {
  const keep = new Set([...files, PAGE_RECORD]);
  for (const entry of await readdir(DIST, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && !keep.has(path)) await rm(path, { force: true });
  }
}

if (resolve(process.argv[1] ?? '') === fileURLToPath(import.meta.url)) {
  await runCommand(async () => {
    const started = performance.now();
    const files = await build(stopOnSignals().signal);
    await removeOthers(files);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    // Standard output is for the ready line of the next command.
    console.error(`${relative(ROOT, DIST)}: ${files.length} files in ${seconds} s`);
    return 0;
  });
}
