/** What esbuild leaves out: named exports of CommonJS packages that are imported dynamically. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import type { Plugin } from 'esbuild';

const NAMESPACE = 'commonjs';
const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

/** Node's rule: the extension decides, else the `type` of the nearest package.json. */
async function isCommonJs(path: string): Promise<boolean> {
  if (extname(path) !== '.js') return extname(path) === '.cjs';
  for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder)) {
    const text = await readFile(join(folder, 'package.json'), 'utf8').catch(() => undefined);
    if (text !== undefined) return (JSON.parse(text) as { type?: string }).type !== 'module';
  }
  return true;
}

/**
 * A dynamic import of a CommonJS package gives its names in Node, but in a bundle with splitting
 * only `default`. Here such an import goes through a module that exports each name.
 */
export const dynamicCommonJs: Plugin = {
  name: 'dynamic-commonjs',
  setup(build) {
    build.onResolve({ filter: /^[^./]/ }, async (args) => {
      const { resolveDir, kind } = args;
      if (!kind.startsWith('dynamic') || args.pluginData === NAMESPACE) return undefined;
      const found = await build.resolve(args.path, { resolveDir, kind, pluginData: NAMESPACE });
      if (found.errors.length > 0 || found.external || !(await isCommonJs(found.path))) {
        return undefined;
      }
      return { path: args.path, namespace: NAMESPACE, pluginData: { resolveDir } };
    });
    build.onLoad({ filter: /.*/, namespace: NAMESPACE }, ({ path, pluginData }) => {
      const { resolveDir } = pluginData as { resolveDir: string };
      const load = createRequire(join(resolveDir, 'index.js'));
      const names = Object.keys(load(path) as object).filter(
        (name) => IDENTIFIER.test(name) && name !== 'default',
      );
      const contents = `import whole from ${JSON.stringify(path)};
export default whole;
export const { ${names.join(', ')} } = whole;`;
      return { contents, resolveDir };
    });
  },
};

/** Sentences of zod in all languages are a quarter of the command line, which speaks English alone. */
export const englishOnly: Plugin = {
  name: 'english-only',
  setup(build) {
    build.onLoad({ filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({
      contents: "export { default as en } from './en.js';",
    }));
  },
};
