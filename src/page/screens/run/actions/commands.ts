/** A run as a command that starts the same: for a shell, never with the token itself. */
import {
  isJsonObject,
  JsonNumber,
  type JsonObject,
  type JsonTree,
} from '../../../../core/json/text.ts';
import { parseStored, writeJson } from '../../../../core/json/write.ts';

/** Where JSON cannot stand in quotes: a single quote ends them, and stands escaped between two. */
const quoted = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;

/** What was sent to start the run, with its digits; undefined where the server does not tell. */
export function requestIn(runText: string): JsonObject | undefined {
  const run = parseStored(runText);
  const request = isJsonObject(run) ? run.get('request') : undefined;
  if (!isJsonObject(request)) return undefined;
  // Who started that one does not start the next.
  const { triggered_by: _, ...rest } = Object.fromEntries(request);
  return new Map(Object.entries(rest));
}

/** `guarded`: the server asks for a token. */
export function curlOf(origin: string, request: JsonObject, guarded: boolean): string {
  const lines = [
    `curl -sS --fail-with-body -X POST ${quoted(`${origin}/api/v1/runs`)}`,
    // In double quotes, so that the shell puts the token in.
    ...(guarded ? [`-H "Authorization: Bearer $SLUICE_TOKEN"`] : []),
    `-H 'Content-Type: application/json'`,
    `--data-raw ${quoted(writeJson(request))}`,
  ];
  return lines.join(' \\\n  ');
}

const isText = (value: JsonTree | undefined): value is string => typeof value === 'string';

/** As `-p` reads it: JSON where it is JSON, else text. */
function paramOf(value: JsonTree): string {
  if (!isText(value)) return writeJson(value);
  try {
    parseStored(value);
    return JSON.stringify(value);
  } catch {
    return value;
  }
}

/** Options that take a text or a number. */
const PLAIN = new Map([
  ['lane', '--lane'],
  ['target', '--target'],
  ['priority', '--priority'],
  ['deadline_seconds', '--deadline'],
  ['on_busy', '--on-busy'],
]);
const textOf = (value: JsonTree): string | undefined => {
  if (value instanceof JsonNumber) return value.text;
  return isText(value) ? value : undefined;
};

/** `NAME=VALUE` for each member; undefined where one is no text. */
function pairsOf(option: string, value: JsonTree | undefined): string[] | undefined {
  if (!isJsonObject(value)) return undefined;
  const words: string[] = [];
  for (const [name, text] of value) {
    if (!isText(text)) return undefined;
    words.push(option, `${name}=${text}`);
  }
  return words;
}

/** The words for the key of a kind; undefined where an option is missing for something. */
function kindWords(own: JsonObject): { options: string[]; command: string[] } | undefined {
  const options: string[] = [];
  const command: string[] = [];
  for (const [name, value] of own) {
    if (name === 'image' && isText(value)) options.push('--image', value);
    else if (name === 'revision' && isText(value)) options.push('--revision', value);
    else if (name === 'profile' && isText(value)) options.push('--nextflow-profile', value);
    else if (name === 'env') {
      const pairs = pairsOf('--env', value);
      if (pairs === undefined) return undefined;
      options.push(...pairs);
    } else if (name === 'command' && Array.isArray(value) && value.every(isText))
      command.push(...value);
    else return undefined;
  }
  return { options, command };
}

/** The words of `sluice run …`; undefined where its options cannot say all of the request. */
function runWords(request: JsonObject): string[] | undefined {
  const words: string[] = [];
  let command: string[] = [];
  for (const [name, value] of request) {
    const plain = PLAIN.get(name);
    const text = textOf(value);
    if (value === null || name === 'pipeline') continue;
    if (plain !== undefined && text !== undefined) words.push(plain, text);
    else if (name === 'params' && isJsonObject(value))
      words.push(...[...value].flatMap(([param, given]) => ['-p', `${param}=${paramOf(given)}`]));
    else if (name === 'labels') {
      const pairs = pairsOf('--label', value);
      if (pairs === undefined) return undefined;
      words.push(...pairs);
    } else if ((name === 'container' || name === 'nextflow') && isJsonObject(value)) {
      const found = kindWords(value);
      if (found === undefined || (name === 'nextflow' && found.command.length > 0))
        return undefined;
      words.push(...found.options);
      ({ command } = found);
    } else return undefined;
  }
  return command.length > 0 ? [...words, '--', ...command] : words;
}

/** The command that starts the same: `sluice run …`, or `sluice rerun <id>` where options cannot say all of it. */
export function commandOf(runId: string, request: JsonObject): string {
  const pipeline = request.get('pipeline');
  const words = runWords(request);
  const named = isText(pipeline) && !pipeline.startsWith('-') && words !== undefined;
  const all = named ? ['sluice', 'run', pipeline, ...words] : ['sluice', 'rerun', runId];
  return all.map(quoted).join(' ');
}
