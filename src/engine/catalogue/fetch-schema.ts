/** The params schema of a pipeline from its repository, when its entry is saved: never at a start. */
import { repositoryName } from '../../core/access/repository.ts';
import type { Pipeline } from '../../core/catalogue/entry.ts';
import { invalid } from '../../core/errors.ts';
import { isJsonObject, JsonFault, type JsonObject, parseJson } from '../../core/json/text.ts';
import { kindOf, ownOf } from '../../core/kinds/all.ts';
import { SourceFault } from '../../ports/source-files.ts';
import type { World } from '../../ports/world.ts';

const FIELD = 'params_schema_from';
const FILE = 'nextflow_schema.json';

/** Where a host has raw files, by the path of the repository and the revision. */
const RAW: Readonly<Record<string, (path: string, revision: string) => string>> = {
  'github.com': (path, revision) => `https://raw.githubusercontent.com/${path}/${revision}/${FILE}`,
  'gitlab.com': (path, revision) => `https://gitlab.com/${path}/-/raw/${revision}/${FILE}`,
};

/** The file's address. Throws `invalid` for a repository elsewhere. */
function addressOf(entry: Pipeline): string {
  const { repository = '' } = kindOf(entry.kind).uses(ownOf(entry));
  const [host = '', ...path] = (repositoryName(repository) ?? '').split('/');
  const raw = Object.hasOwn(RAW, host) ? RAW[host] : undefined;
  if (!raw || path.length < 2)
    throw invalid(FIELD, `is only for repositories of ${Object.keys(RAW).join(' and ')}`);
  const { revision } = ownOf(entry);
  const part = typeof revision === 'string' && revision !== '' ? revision : 'HEAD';
  const encoded = (text: string): string => text.split('/').map(encodeURIComponent).join('/');
  return raw(encoded(path.join('/')), encoded(part));
}

async function read(world: World, address: string): Promise<string> {
  if (!world.sourceFiles) throw invalid(FIELD, 'needs an installation that fetches files');
  try {
    return await world.sourceFiles.read(address);
  } catch (error) {
    if (error instanceof SourceFault)
      throw invalid(FIELD, `found no schema, so nothing was saved: ${address} ${error.message}`);
    throw error;
  }
}

function parsed(text: string, address: string): JsonObject {
  try {
    const tree = parseJson(text);
    if (isJsonObject(tree)) return tree;
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error;
  }
  throw invalid(FIELD, `found no schema, so nothing was saved: ${address} is no object of JSON`);
}

/** The entry with the schema that its repository has now, where it asks for that. Rejects with `invalid`. */
export async function withFetchedSchema(world: World, entry: Pipeline): Promise<Pipeline> {
  const { params_schema_source: _, ...rest } = entry;
  if (entry.params_schema_from === undefined) return rest;
  const url = addressOf(entry);
  const text = await read(world, url);
  return {
    ...rest,
    params_schema: parsed(text, url),
    params_schema_source: {
      url,
      sha256: await world.sha256(text),
      fetched_at: new Date(world.clock.now()).toISOString(),
    },
  };
}
