/** The licences of what a bundle has in it: they ask to be named wherever the code goes. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

const PACKAGE = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//;
const LICENCE = /^(licen[cs]e|copying|notice)/i;

/** The folders of packages that the files are of. */
const foldersOf = (files: readonly string[]): readonly string[] =>
  [...new Set(files.flatMap((file) => PACKAGE.exec(file)?.[1] ?? []))].toSorted();

async function noticeOf(folder: string): Promise<string> {
  const text = await readFile(join(folder, 'package.json'), 'utf8');
  const { name, version, license } = JSON.parse(text) as Readonly<Record<string, string>>;
  const names = (await readdir(folder)).filter((file) => LICENCE.test(file)).toSorted();
  const texts = await Promise.all(names.map((file) => readFile(join(folder, file), 'utf8')));
  const title = `${name} ${version} (${license})`;
  return [title, '-'.repeat(title.length), ...texts.map((each) => each.trim())].join('\n\n');
}

/** One text for all packages that have a file among these; `root` is where the files' paths begin. */
export async function notices(root: string, files: readonly string[]): Promise<string> {
  const folders = foldersOf(files).map((folder) => join(root, folder));
  const all = await Promise.all(folders.map(noticeOf));
  return `Client and command line contain code of these packages.\n\n${all.join('\n\n\n')}\n`;
}
