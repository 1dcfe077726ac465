/** The examples as catalogue entries; scripts are files of their own, named as `@path` in what they run. */
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { Pipeline } from '../core/catalogue/entry.ts';
import { plainJson } from '../core/json/text.ts';
import { parseStored } from '../core/json/write.ts';
import { ownOf } from '../core/kinds/all.ts';

const Catalogue = z.strictObject({ pipelines: z.array(Pipeline) });

async function withScripts(pipeline: Pipeline, folder: string): Promise<Pipeline> {
  const read = async (value: unknown): Promise<unknown> => {
    if (Array.isArray(value)) return Promise.all(value.map(read));
    if (typeof value !== 'string' || !value.startsWith('@')) return value;
    return readFile(join(folder, value.slice(1)), 'utf8');
  };
  const own = Object.entries(ownOf(pipeline)).map(
    async ([name, value]) => [name, await read(value)] as const,
  );
  return Pipeline.parse({
    ...pipeline,
    [pipeline.kind]: Object.fromEntries(await Promise.all(own)),
  });
}

/** Reads a catalogue file; throws when it is none, or when a script is missing. */
export async function readCatalogue(path: string): Promise<{ readonly pipelines: Pipeline[] }> {
  const { pipelines } = Catalogue.parse(plainJson(parseStored(await readFile(path, 'utf8'))));
  return {
    pipelines: await Promise.all(pipelines.map((entry) => withScripts(entry, dirname(path)))),
  };
}
