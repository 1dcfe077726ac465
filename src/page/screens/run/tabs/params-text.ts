/** Params with their digits: which were sent, which are the entry's, and all of them as JSON or YAML. */
import { isJsonObject, type JsonObject, type JsonTree } from '../../../../core/json/text.ts';
import { parseStored, prettyJson } from '../../../../core/json/write.ts';

export type ParamRow = {
  readonly name: string;
  /** JSON; text without its quotes. */
  readonly value: string;
  /** `sent`: as it was sent. `default`: of the entry. `merged`: an object of both. */
  readonly from: 'sent' | 'default' | 'merged';
};

export type ParamsOf = { readonly merged: JsonObject; readonly sent: JsonObject };

const NONE: JsonObject = new Map();

/** Of a run's answer as text. */
export function paramsIn(runText: string): ParamsOf {
  const run = parseStored(runText);
  if (!isJsonObject(run)) return { merged: NONE, sent: NONE };
  const request = run.get('request');
  const merged = run.get('params');
  const sent = isJsonObject(request) ? request.get('params') : undefined;
  return { merged: isJsonObject(merged) ? merged : NONE, sent: isJsonObject(sent) ? sent : NONE };
}

export function rowsOf({ merged, sent }: ParamsOf): readonly ParamRow[] {
  return Array.from(merged, ([name, value]): ParamRow => {
    const given = sent.get(name);
    const text = typeof value === 'string' ? value : prettyJson(value);
    if (given === undefined) return { name, value: text, from: 'default' };
    const both =
      isJsonObject(value) && isJsonObject(given) && prettyJson(value) !== prettyJson(given);
    return { name, value: text, from: both ? 'merged' : 'sent' };
  });
}

/** YAML that reads as the same values, digits included. */
export async function yamlOf(value: JsonTree): Promise<string> {
  const { writeYaml } = await import('../../../../core/json/yaml.ts');
  return writeYaml(value);
}
