/** Params with their digits: which were sent, which are the entry's, and all of them as JSON or YAML. */
import {
  isJsonObject,
  JsonNumber,
  type JsonObject,
  type JsonTree,
} from '../../../../core/json/text.ts';
import { parseStored } from '../../../../core/json/write.ts';

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

/** JSON over several lines, with the digits of numbers. */
export function prettyJson(value: JsonTree, indent = ''): string {
  const inner = `${indent}  `;
  if (value instanceof JsonNumber) return value.text;
  const lines = isJsonObject(value)
    ? Array.from(value, ([name, each]) => `${JSON.stringify(name)}: ${prettyJson(each, inner)}`)
    : Array.isArray(value)
      ? (value as readonly JsonTree[]).map((each) => prettyJson(each, inner))
      : undefined;
  if (lines === undefined) return JSON.stringify(value);
  const [open, close] = isJsonObject(value) ? '{}' : '[]';
  if (lines.length === 0) return `${open}${close}`;
  return `${open}\n${lines.map((line) => `${inner}${line}`).join(',\n')}\n${indent}${close}`;
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
  const { stringify } = await import('yaml');
  return stringify(value, {
    lineWidth: 0,
    // Numbers are written as they came: YAML's own writer would round long ones.
    customTags: (tags) => [
      {
        tag: 'tag:yaml.org,2002:float',
        identify: (each: unknown) => each instanceof JsonNumber,
        default: true,
        resolve: (text: string) => new JsonNumber(text),
        stringify: (item: { readonly value: unknown }) => (item.value as JsonNumber).text,
      },
      ...tags,
    ],
  });
}
