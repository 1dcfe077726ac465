/**
 * Run by `npm ci`, whose warnings about packages do not say what they mean: on a Node that is older than the packages ask for
 * everything works all the same, because the project's commands find the Node that is installed with them.
 */
import { readFileSync } from 'node:fs';

type Manifest = {
  readonly engines: { readonly node: string };
  readonly devDependencies: { readonly node: string };
};

const file = new URL('../../package.json', import.meta.url);
const { engines, devDependencies } = JSON.parse(readFileSync(file, 'utf8')) as Manifest;

/** npm tells its own Node; this process already runs on the installed one. */
const own = /\bnode\/v(\S+)/.exec(process.env['npm_config_user_agent'] ?? '')?.[1];
const least = engines.node.replace('>=', '');

if (own !== undefined && own.localeCompare(least, 'en', { numeric: true }) < 0) {
  console.warn(
    `\nSluice asks for Node ${least} or later, and this is Node ${own}: that is why npm has warned about engines. The commands ` +
      `of this project run on Node ${devDependencies.node} all the same, which has been installed with it.\n`,
  );
}
