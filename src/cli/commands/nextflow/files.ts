/** `files`: what a run has left, and one of its files. */
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import type { Client, RunFile } from '../../../client/index.ts';
import { bytesText } from '../../../core/figures/bytes.ts';
import type { FileEntry, FilePage } from '../../../core/runs/files/view.ts';
import type { Register } from '../../command.ts';
import type { Context } from '../../context.ts';
import { UsageError } from '../../failure.ts';
import { localTime, oneLine } from '../../text/format.ts';
import { table } from '../../text/table.ts';

type FilesOptions = { readonly output?: string; readonly force?: boolean };

async function* pagesOf(client: Client, runId: string): AsyncGenerator<FilePage> {
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page: FilePage = await client.files(runId, cursor === undefined ? {} : { cursor });
    yield page;
    cursor = page.next_cursor;
  }
}

async function list(context: Context, runId: string): Promise<void> {
  const { terminal, colours } = context;
  const files: FileEntry[] = [];
  let last: FilePage | undefined;
  terminal.status('Looking at the work volume …');
  try {
    for await (const page of pagesOf(await context.client(), runId)) {
      last = page;
      files.push(...page.files);
    }
  } finally {
    terminal.status(null);
  }
  if (context.json) return files.forEach((file) => context.printJson(file));
  const rows = files.map(({ path, kind, size, modified }) => [
    oneLine(path),
    kind,
    bytesText(size),
    localTime(modified),
  ]);
  if (rows.length > 0) table(terminal, ['PATH', 'KIND', 'SIZE', 'CHANGED'], rows);
  else terminal.err('There are no files.\n');
  if (last?.more) terminal.err(colours.dim('There are more files than are listed.\n'));
  for (const { name, at, why } of last?.places ?? [])
    if (why !== null) terminal.err(`${name}: ${oneLine(at)}. ${oneLine(why)}\n`);
}

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** Writes a part beside it first: what is there under the name is the whole file. */
async function save({ bytes }: RunFile, name: string, force: boolean): Promise<void> {
  if (!force) {
    // Made now, so that nobody else's is overwritten at the end.
    const made = await open(name, 'wx').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') throw new UsageError(`${name} is there; --force replaces it.`);
      throw new UsageError(`${name} cannot be written: ${error.message}`);
    });
    await made.close();
  }
  const part = `${name}.part`;
  const stream = createWriteStream(part);
  try {
    for await (const piece of bytes) if (!stream.write(piece)) await once(stream, 'drain');
    stream.end();
    await finished(stream);
    await rename(part, name);
  } catch (error) {
    stream.destroy();
    await Promise.all([part, ...(force ? [] : [name])].map((each) => rm(each, { force: true })));
    throw error;
  }
}

async function get(context: Context, runId: string, path: string, options: FilesOptions) {
  const { terminal } = context;
  const { output = nameOf(path), force = false } = options;
  terminal.status('Reading the work volume …');
  try {
    const file = await (await context.client()).file(runId, path);
    if (output === '-') {
      terminal.status(null);
      for await (const piece of file.bytes) await terminal.outBytes(piece);
      return;
    }
    await save(file, output, force);
    terminal.status(null);
    context.done(`${oneLine(output)}: ${bytesText(file.size)}.`, { file: output, size: file.size });
  } finally {
    terminal.status(null);
  }
}

export const registerFiles: Register = (program, act) => {
  program
    .command('files')
    .summary("a run's reports and published outputs, or one of these files")
    .argument('<run>', 'id of the run')
    .argument('[path]', 'a path of the list, to save that file')
    .option(
      '-o, --output <file>',
      'where to save it; - for standard output. Default: its name, here',
    )
    .option('--force', 'replace a file that is there')
    .action(
      act(async (context, runId: string, path: string | undefined, options: FilesOptions) =>
        path === undefined ? list(context, runId) : get(context, runId, path, options),
      ),
    );
};
