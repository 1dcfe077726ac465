/** Entities and transactions as the table service writes them: OData's JSON, and MIME parts that hold requests. */
import { randomUUID } from 'node:crypto';
import type { Entity } from './entity.ts';

export type Json = Record<string, unknown>;

const TYPE = '@odata.type';
/** A number or text says what it is; a number without a type is an Int32. */
const PLAIN_TYPES: ReadonlySet<unknown> = new Set([
  undefined,
  'Edm.Boolean',
  'Edm.Double',
  'Edm.Int32',
  'Edm.String',
]);

export function entityText({ partitionKey, rowKey, ...properties }: Entity): string {
  const json: Json = { PartitionKey: partitionKey, RowKey: rowKey };
  for (const [name, value] of Object.entries(properties)) {
    if (value instanceof Uint8Array) {
      json[name] = Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64');
      json[name + TYPE] = 'Edm.Binary';
    } else if (typeof value === 'object') {
      json[name] = value.value;
      json[name + TYPE] = `Edm.${value.type}`;
    } else json[name] = value;
  }
  return JSON.stringify(json);
}

/** For `decodeRow`: bytes as bytes; a type that we never write stays an object. */
export function parseEntity(json: Json): Json {
  const { PartitionKey, RowKey, Timestamp: _, 'odata.etag': etag, ...properties } = json;
  const entity: Json = { partitionKey: PartitionKey, rowKey: RowKey, etag };
  for (const [name, value] of Object.entries(properties)) {
    if (name.includes('.')) continue;
    const type = properties[name + TYPE];
    if (type === 'Edm.Binary') entity[name] = new Uint8Array(Buffer.from(String(value), 'base64'));
    else entity[name] = PLAIN_TYPES.has(type) ? value : { type, value };
  }
  return entity;
}

type Part = {
  readonly line: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
};

const EOL = '\r\n';
const PART = `content-type: application/http${EOL}content-transfer-encoding: binary${EOL}${EOL}`;

export function transactionText(parts: readonly Part[]): {
  readonly boundary: string;
  readonly text: string;
} {
  const [boundary, change] = [`batch_${randomUUID()}`, `changeset_${randomUUID()}`];
  let text = `--${boundary}${EOL}content-type: multipart/mixed; boundary=${change}${EOL}${EOL}${EOL}`;
  for (const { line, headers, body = '' } of parts) {
    text += `--${change}${EOL}${PART}${line}${EOL}`;
    for (const [name, value] of Object.entries(headers)) text += `${name}: ${value}${EOL}`;
    // One empty line more than needed, as the SDK has it.
    text += `${EOL}${EOL}${body}${EOL}`;
  }
  return { boundary, text: `${text}--${change}--${EOL}--${boundary}--${EOL}` };
}

export type Answer = {
  readonly status: number;
  readonly etag: string | undefined;
  /** The JSON of an error, if there is one. */
  readonly text: string | undefined;
};

/** Answers of a transaction, in order. One that was refused has one answer, whichever operation it is about. */
export function parseTransaction(text: string): readonly Answer[] {
  return text
    .split('--changesetresponse_')
    .slice(1, -1)
    .map((part) => ({
      status: Number(/HTTP\/1\.1 (\d+)/.exec(part)?.[1] ?? Number.NaN),
      etag: /^ETag: (.*?)\r?$/im.exec(part)?.[1],
      text: /\{.*\}/s.exec(part)?.[0],
    }));
}
