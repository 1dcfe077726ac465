/** Adds the entries of a catalogue file that do not exist yet. Existing entries stay as they are. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { Pipeline } from '../core/catalogue/entry.ts';
import { AppError } from '../core/errors.ts';
import { plainJson } from '../core/json/text.ts';
import { parseStored } from '../core/json/write.ts';
import { Target } from '../core/kinds/target.ts';
import { DEFAULT_DOMAIN } from '../core/names.ts';
import { pipelines, targets } from '../engine/catalogue/catalogue.ts';
import type { World } from '../ports/world.ts';

const Catalogue = z.strictObject({
  pipelines: z.array(Pipeline).default([]),
  targets: z.array(Target).default([]),
});

async function unlessThere(create: Promise<unknown>): Promise<void> {
  try {
    await create;
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'conflict') throw error;
  }
}

/** Rejects when the file cannot be read or is not a catalogue, and when storage does not answer. */
export async function seedCatalogue(world: World, path: string): Promise<void> {
  const file = Catalogue.parse(plainJson(parseStored(await readFile(path, 'utf8'))));
  await Promise.all(
    file.targets.map((target) => unlessThere(targets.create(world, DEFAULT_DOMAIN, target))),
  );
  // Entries are checked against their targets.
  await Promise.all(
    file.pipelines.map((entry) => unlessThere(pipelines.create(world, DEFAULT_DOMAIN, entry))),
  );
}
