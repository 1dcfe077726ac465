/**
 * Requests to the table service. The SDK's pipeline signs and repeats them; their texts are made and read here,
 * because the SDK takes three times as long for that, and builds a client of its own for each transaction.
 */

import {
  createHttpHeaders,
  createPipelineRequest,
  type HttpClient,
  type HttpMethods,
  type Pipeline,
  type PipelineResponse,
  RestError,
} from '@azure/core-rest-pipeline';
import { TableServiceClient, type TableServiceClientOptions } from '@azure/data-tables';
import type { Endpoint } from './settings.ts';
import { type Json, parseEntity, parseTransaction, transactionText } from './table-texts.ts';

export type Repetition = {
  readonly maxRetries: number;
  readonly retryDelayInMs?: number;
  readonly maxRetryDelayInMs?: number;
};

/** A write as the service has it; `ifMatch`: the version that must be there, `*` for any, undefined where none need be. */
export type Operation = {
  readonly method: 'POST' | 'PUT' | 'DELETE';
  readonly partition: string;
  readonly key: string;
  readonly ifMatch?: string;
  /** The entity as JSON; not of a DELETE. */
  readonly body?: string;
};

/** What these requests have no use for: bodies and answers are texts, nothing is traced or redirected. */
const UNUSED = [
  'serializationPolicy',
  'deserializationPolicy',
  'formDataPolicy',
  'multipartPolicy',
  'decompressResponsePolicy',
  'wrapAbortSignalLikePolicy',
  'setClientRequestIdPolicy',
  'tracingPolicy',
  'redirectPolicy',
];

const VERSION = { 'x-ms-version': '2019-02-02', dataserviceversion: '3.0' };
const JSON_ANSWER = { ...VERSION, accept: 'application/json;odata=minimalmetadata' };

type Line = { readonly pipeline: Pipeline; readonly base: string; readonly access: string };

function openLine(endpoint: Endpoint, options: TableServiceClientOptions): Line {
  const sdk =
    'connectionString' in endpoint
      ? TableServiceClient.fromConnectionString(endpoint.connectionString, options)
      : new TableServiceClient(endpoint.url, endpoint.credential, options);
  const pipeline = sdk.pipeline.clone();
  for (const name of UNUSED) pipeline.removePolicy({ name });
  // A shared access signature of a connection string is a query.
  const [start = '', access = ''] = sdk.url.split('?');
  return { pipeline, base: start.endsWith('/') ? start.slice(0, -1) : start, access };
}

/**
 * Connects nothing yet; a connection string that is wrong shows at the first request. Every method rejects with a
 * `RestError`: with `statusCode`, and the service's own `code`, where there was an answer.
 */
export class TableClient {
  readonly #open: () => Line;
  readonly #httpClient: HttpClient;
  readonly #insecure: boolean;

  constructor(endpoint: Endpoint, httpClient: HttpClient, retryOptions: Repetition) {
    const options = { retryOptions, httpClient, allowInsecureConnection: endpoint.insecure };
    let line: Line | undefined;
    this.#open = () => (line ??= openLine(endpoint, options));
    this.#httpClient = httpClient;
    this.#insecure = endpoint.insecure;
  }

  /** Rejects where there is no such entity. */
  async get(table: string, partition: string, key: string, signal: AbortSignal): Promise<Json> {
    const path = pathOf(table, partition, key);
    const { bodyAsText } = await this.#send('GET', path, JSON_ANSWER, signal);
    return parseEntity(JSON.parse(bodyAsText ?? ''));
  }

  /** Entities of all pages, at most `limit`. */
  async query(
    table: string,
    filter: string | undefined,
    limit: number,
    signal: AbortSignal,
  ): Promise<Json[]> {
    const found: Json[] = [];
    const filtered = filter === undefined ? '' : `&$filter=${encodeURIComponent(filter)}`;
    const path = `${table}()?$top=${limit}${filtered}`;
    for (let next: string | undefined = ''; next !== undefined && found.length < limit; ) {
      const response = await this.#send('GET', path + next, JSON_ANSWER, signal);
      const { value } = JSON.parse(response.bodyAsText ?? '') as { value: Json[] };
      found.push(...value.slice(0, limit - found.length).map(parseEntity));
      next = continuationOf(response);
    }
    return found;
  }

  /** Resolves with the entity's version; without one after a DELETE. */
  async write(
    table: string,
    operation: Operation,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    const { method, body } = operation;
    const fields = { ...VERSION, ...headersOf(operation) };
    const path = operationPath(table, operation);
    const { headers } = await this.#send(method, path, fields, signal, body);
    return headers.get('etag');
  }

  /** All or nothing, of one partition. Resolves with the versions, in order. */
  async transact(
    table: string,
    operations: readonly Operation[],
    signal: AbortSignal,
  ): Promise<readonly (string | undefined)[]> {
    const { base } = this.#open();
    const { boundary, text } = transactionText(
      operations.map((operation) => ({
        line: `${operation.method} ${base}/${operationPath(table, operation)} HTTP/1.1`,
        headers: { dataserviceversion: '3.0', ...headersOf(operation) },
        body: operation.body,
      })),
    );
    const fields = {
      ...VERSION,
      maxdataserviceversion: '3.0;NetFx',
      accept: 'application/json',
      'content-type': `multipart/mixed; boundary=${boundary}`,
    };
    const { bodyAsText } = await this.#send('POST', '$batch', fields, signal, text);
    const answers = parseTransaction(bodyAsText ?? '');
    const refused = answers.find(({ status }) => status >= 300);
    if (refused) throw refusal(refused.status, refused.text);
    if (answers.length !== operations.length)
      throw new Error(`${answers.length} of ${operations.length} operations were answered`);
    return answers.map(({ etag }) => etag);
  }

  /** One that is there is a success. */
  async create(table: string, signal: AbortSignal): Promise<void> {
    const fields = { ...JSON_ANSWER, 'content-type': 'application/json;odata=nometadata' };
    const body = JSON.stringify({ TableName: table });
    await this.#send('POST', 'Tables', fields, signal, body).catch((error: unknown) => {
      if (!(error instanceof RestError) || error.code !== 'TableAlreadyExists') throw error;
    });
  }

  async #send(
    method: HttpMethods,
    path: string,
    fields: Readonly<Record<string, string>>,
    abortSignal: AbortSignal,
    body?: string,
  ): Promise<PipelineResponse> {
    const { pipeline, base, access } = this.#open();
    const query = access === '' ? '' : `${path.includes('?') ? '&' : '?'}${access}`;
    const request = createPipelineRequest({
      url: `${base}/${path}${query}`,
      method,
      headers: createHttpHeaders(fields),
      abortSignal,
      allowInsecureConnection: this.#insecure,
      ...(body !== undefined && { body }),
    });
    const response = await pipeline.sendRequest(this.#httpClient, request);
    if (response.status >= 300) throw refusal(response.status, response.bodyAsText);
    return response;
  }
}

const quoted = (text: string): string => `'${encodeURIComponent(text.replaceAll("'", "''"))}'`;
const pathOf = (table: string, partition: string, key: string): string =>
  `${table}(PartitionKey=${quoted(partition)},RowKey=${quoted(key)})`;
const operationPath = (table: string, { method, partition, key }: Operation): string =>
  method === 'POST' ? table : pathOf(table, partition, key);

function headersOf({ method, ifMatch }: Operation): Record<string, string> {
  const condition = ifMatch === undefined ? {} : { 'if-match': ifMatch };
  if (method === 'DELETE') return { accept: JSON_ANSWER.accept, ...condition };
  const prefer = method === 'POST' ? { prefer: 'return-no-content' } : {};
  return {
    'content-type': 'application/json',
    accept: JSON_ANSWER.accept,
    ...prefer,
    ...condition,
  };
}

/** What to add to the query for the next page; undefined behind the last one. */
function continuationOf({ headers }: PipelineResponse): string | undefined {
  const partition = headers.get('x-ms-continuation-nextpartitionkey');
  const row = headers.get('x-ms-continuation-nextrowkey');
  if (partition === undefined && row === undefined) return undefined;
  const at = (name: string, key: string | undefined): string =>
    key === undefined ? '' : `&${name}=${encodeURIComponent(key)}`;
  return at('NextPartitionKey', partition) + at('NextRowKey', row);
}

function refusal(statusCode: number, text: string | null | undefined): RestError {
  let error: { code?: string; message?: { value?: string } } = {};
  try {
    error = (JSON.parse(text ?? '') as { 'odata.error'?: typeof error })['odata.error'] ?? error;
  } catch {
    // It came from something before the service.
  }
  const { code, message } = error;
  return new RestError(message?.value ?? `The table service answered ${statusCode}.`, {
    statusCode,
    ...(code !== undefined && { code }),
  });
}
