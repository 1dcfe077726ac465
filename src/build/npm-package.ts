/** `dist/npm`: the client and the command line as one package, which needs nothing but Node. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The oldest Node on which the command line and the client are tried. */
const NODE = '>=20.19.0';

/** The file of the licences of others. */
export const NOTICES = 'THIRD-PARTY-NOTICES.txt';

const README = `# sluice

The client of Sluice's HTTP API, for browsers and Node, and its command line.

    import { createClient } from 'sluice/client';
    const client = createClient({ url: 'https://sluice.example.org', token: '…' });
    for await (const event of client.watch('r…')) console.log(event.type, event.data);

    sluice login https://sluice.example.org
    sluice run NAME --follow
    sluice list --state failed
    sluice open RUN

\`sluice --help\` lists the commands.
`;

type Source = {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
};

/** The files beside client, command line and declarations, by their names. `root`: the folder of the project. */
export async function npmFiles(root: string): Promise<ReadonlyMap<string, string>> {
  const text = await readFile(join(root, 'package.json'), 'utf8');
  const { name, version, license } = JSON.parse(text) as Source;
  const client = { types: './types/client/index.d.ts', default: './client.js' };
  const manifest = {
    name,
    version,
    description: "Client and command line of Sluice's HTTP API.",
    license,
    type: 'module',
    engines: { node: NODE },
    bin: { sluice: 'cli.js' },
    exports: { '.': client, './client': client },
    files: ['cli.js', 'client.js', 'types', NOTICES],
  };
  return new Map([
    ['package.json', `${JSON.stringify(manifest, null, 2)}\n`],
    ['README.md', README],
    ['LICENSE', await readFile(join(root, 'LICENSE'), 'utf8')],
  ]);
}
