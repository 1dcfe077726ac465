/** The examples as catalogue entries; scripts are files of their own, named as `@path` in arguments. */
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { Pipeline } from '../core/catalogue/entry.ts';
import { plainJson } from '../core/json/text.ts';
import { parseStored } from '../core/json/write.ts';

const Catalogue = z.strictObject({ pipelines: z.array(Pipeline) });

async function withScripts(pipeline: Pipeline, folder: string): Promise<Pipeline> {
  const { container } = pipeline;
  if (container?.args === undefined) return pipeline;
  const args = await Promise.all(
    container.args.map(async (arg) =>
      arg.startsWith('@') ? await readFile(join(folder, arg.slice(1)), 'utf8') : arg,
    ),
  );
  return Pipeline.parse({ ...pipeline, container: { ...container, args } });
}

/** Reads a catalogue file; throws when it is none, or when a script is missing. */
export async function readCatalogue(path: string): Promise<{ readonly pipelines: Pipeline[] }> {
  const { pipelines } = Catalogue.parse(plainJson(parseStored(await readFile(path, 'utf8'))));
  return {
    pipelines: await Promise.all(pipelines.map((entry) => withScripts(entry, dirname(path)))),
  };
}
