/** What the form has to know of a catalogue entry, with the digits of its params. */
import type { Client } from '../../../../client/client.ts';
import {
  isJsonObject,
  type JsonObject,
  type JsonTree,
  parseJson,
} from '../../../../core/json/text.ts';
import { at, textAt } from '../model/request.ts';
import type { Entry } from '../model/schema.ts';

export type Loaded = {
  readonly name: string;
  readonly kind: string;
  readonly description: string;
  readonly entry: Entry;
  /** The fields that a request may change, such as `lane` or `container.image`. */
  readonly overridable: readonly string[];
  readonly runnable: boolean;
  readonly notRunnableReason: string;
  readonly warnings: readonly string[];
  /** All of it, for what its fields are without a request. */
  readonly tree: JsonObject;
};

/** Entries have names of this form; everything else is the address of a repository. */
export const isEntryName = (text: string): boolean =>
  /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(text);

const NONE: JsonObject = new Map();
const textsAt = (tree: JsonObject, name: string): string[] => {
  const list = tree.get(name);
  return Array.isArray(list)
    ? (list as readonly JsonTree[]).filter((each) => typeof each === 'string')
    : [];
};

function loadedOf(tree: JsonObject): Loaded {
  const [params, schema] = [tree.get('params'), tree.get('params_schema')];
  return {
    name: textAt(tree, ['name']),
    kind: textAt(tree, ['kind']),
    description: textAt(tree, ['description']),
    entry: {
      params: isJsonObject(params) ? params : NONE,
      params_schema: isJsonObject(schema) ? schema : null,
      fixed_params: textsAt(tree, 'fixed_params'),
    },
    overridable: textsAt(tree, 'overridable'),
    runnable: tree.get('runnable') !== false,
    notRunnableReason: textAt(tree, ['not_runnable_reason']),
    warnings: textsAt(tree, 'warnings'),
    tree,
  };
}

/** `version`: a saved one in the place of the current one. */
export async function readEntry(
  client: Client,
  name: string,
  version: string | undefined,
): Promise<Loaded> {
  const number = Number(version);
  const isSaved = version !== undefined && Number.isSafeInteger(number) && number > 0;
  const text = isSaved
    ? await client.getPipelineVersionText(name, number)
    : await client.pipelines.getText(name);
  const answer = parseJson(text, Number.POSITIVE_INFINITY);
  const tree = isSaved ? at(answer, ['entry']) : answer;
  if (!isJsonObject(tree)) throw new Error('The server does not tell what the pipeline is.');
  return loadedOf(tree);
}
