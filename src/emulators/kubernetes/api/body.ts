/** Request bodies: JSON, with the sentences of Go's decoder for what is none. */
import { isTable, type KubeObject, type Metadata, type Table } from '../objects/object.ts';
import { groupVersion, type Resource } from '../objects/resource.ts';
import { badRequest, unsupportedMediaType } from '../objects/status.ts';
import type { Schema } from './schema.ts';

/** What Go's encoding/json says about a text that is no JSON. */
function jsonError(text: string): string {
  const trimmed = text.trim();
  if (trimmed === '') return 'unexpected end of JSON input';
  const first = trimmed.charAt(0);
  if (!/[[{"\dtfn-]/.test(first)) {
    return `invalid character '${first}' looking for beginning of value`;
  }
  return 'unexpected end of JSON input';
}

export function parsePatch(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw badRequest(`error decoding patch: ${jsonError(text)}`);
  }
}

function parseObject(text: string, kind: string): Table {
  const hex = Buffer.from(text, 'utf8').toString('hex');
  const refuse = (why: string) =>
    badRequest(
      `the object provided is unrecognized (must be of type ${kind}): couldn't get version/kind; json parse error: ${why} (${hex === '' ? '<empty>' : hex.slice(0, 100)})`,
    );
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw refuse(jsonError(text));
  }
  if (!isTable(value)) throw refuse('json: cannot unmarshal value into Go value of type struct');
  return value;
}

/** Only JSON is understood; the API server also takes YAML and Protocol Buffers. */
export function checkJson(contentType: string | undefined): void {
  const type = (contentType ?? 'application/json').split(';')[0]?.trim();
  if (type !== 'application/json' && type !== '*/*') throw unsupportedMediaType();
}

export type Received = { readonly object: KubeObject; readonly warnings: string[] };

/** An object of the resource's kind, without the fields that the API does not know. */
export function decodeObject(schema: Schema, resource: Resource, value: Table): Received {
  const { kind = resource.kind, apiVersion = groupVersion(resource) } = value;
  if (kind !== resource.kind || apiVersion !== groupVersion(resource)) {
    throw badRequest(
      `${String(kind)} in version "v1" cannot be handled as a ${resource.kind}: converting (v1.${String(kind)}) to (${resource.group || 'core'}.${resource.kind}): unknown conversion`,
    );
  }
  const { object, unknown } = schema.decode(resource.kind, value);
  const metadata = (object['metadata'] ?? {}) as Metadata;
  return {
    object: {
      ...object,
      kind: resource.kind,
      apiVersion: groupVersion(resource),
      metadata: { ...metadata, name: metadata.name ?? '' },
    },
    warnings: unknown.map((field) => `unknown field "${field}"`),
  };
}

export function parseBody(schema: Schema, resource: Resource, text: string): Received {
  return decodeObject(schema, resource, parseObject(text, resource.kind));
}

/** The body of a DELETE, which may be empty. */
export function parseOptions(text: string): Table {
  return text.trim() === '' ? {} : parseObject(text, 'DeleteOptions');
}
