import {
  odata,
  TableClient,
  type TableServiceClientOptions,
  type TransactionAction,
} from '@azure/data-tables';
import type { Table } from '../../core/limits.ts';
import type { Row, Store, Write } from '../../ports/store.ts';
import { checkCommit, checkKey, checkLimit } from '../checks/commit.ts';
import { withAttempts } from './attempts.ts';
import { decodeRow, type Entity, encodeEntity } from './entity.ts';
import { createHttpClient } from './http-client.ts';
import {
  type AdapterOptions,
  codeOf,
  DEADLINE_MS,
  endpointOf,
  type StorageConnection,
  statusOf,
  withDeadline,
} from './settings.ts';

export type TableStoreOptions = AdapterOptions & {
  /** Put before each table's name: letters and digits, first a letter, 40 at most. Default: none. */
  readonly prefix?: string;
};

/** Rows of one page: the service returns 1,000 at most, fewer when it crosses servers or 5 s. */
type Page = readonly Readonly<Record<string, unknown>>[];

/** Reads may be repeated freely; the SDK does that. The deadline bounds them all. */
const READ_RETRIES = { maxRetries: 3, retryDelayInMs: 100, maxRetryDelayInMs: 2_000 };
/** Rows that are mostly there when they are read. Azurite answers a query by looking at all rows of a table. */
const OFTEN_THERE: ReadonlySet<Table> = new Set<Table>(['runs']);
/** Writes are repeated by `withAttempts` alone, which knows what a repetition means. */
const WRITE_RETRIES = { maxRetries: 0 };

/**
 * The store port on Azure Tables. Tables are made when a write finds them missing; a read of a missing
 * table finds no rows. A `Conflict` always means that nothing of the commit has happened: when an
 * attempt ended without a clear answer and its repetition conflicts, perhaps with itself, the
 * commit rejects with `OutcomeUnknown` instead.
 */
export function createTableStore(
  connection: StorageConnection,
  options: TableStoreOptions = {},
): Store {
  const { prefix = '', deadlineMs = DEADLINE_MS } = options;
  if (prefix !== '' && !/^[A-Za-z][A-Za-z0-9]{0,39}$/.test(prefix)) {
    throw new RangeError(`${JSON.stringify(prefix)} cannot begin a table's name`);
  }
  const httpClient = createHttpClient();
  const readers = clientsOf(connection, prefix, { retryOptions: READ_RETRIES, httpClient });
  const writers = clientsOf(connection, prefix, { retryOptions: WRITE_RETRIES, httpClient });

  return {
    async read(table, partition, key) {
      checkKey(partition, 'partition');
      checkKey(key);
      if (OFTEN_THERE.has(table))
        return withDeadline(`read of ${table}`, deadlineMs, (abortSignal) =>
          get(readers(table), partition, key, abortSignal),
        );
      // A query for one row instead of a get: an absent row is then an empty answer, not a failed request
      // in telemetry. To the service both are the same point query.
      const filter = odata`PartitionKey eq ${partition} and RowKey eq ${key}`;
      const [row] = await withDeadline(`read of ${table}`, deadlineMs, (abortSignal) =>
        pages(readers(table), filter, 1, abortSignal),
      );
      return row;
    },

    async list(table, partition, { from = '', before, limit }) {
      checkKey(partition, 'partition');
      checkKey(from, 'bound');
      checkKey(before ?? '', 'bound');
      checkLimit(limit);
      const within = odata`PartitionKey eq ${partition} and RowKey ge ${from}`;
      const filter = before === undefined ? within : `${within} and ${odata`RowKey lt ${before}`}`;
      return withDeadline(`list of ${table}`, deadlineMs, (abortSignal) =>
        pages(readers(table), filter, limit, abortSignal),
      );
    },

    async hasRows(table) {
      const rows = await withDeadline(`look into ${table}`, deadlineMs, (abortSignal) =>
        pages(readers(table), undefined, 1, abortSignal),
      );
      return rows.length > 0;
    },

    async commit(table, partition, writes) {
      checkCommit(partition, writes);
      const entities = await Promise.all(
        writes.map((write) =>
          encodeEntity(partition, write.key, write.op === 'delete' ? {} : write.values),
        ),
      );
      const client = writers(table);
      return withDeadline(`commit to ${table}`, deadlineMs, (abortSignal) =>
        withAttempts(
          {
            // Only a commit that fails after its own success may be repeated when the outcome is unknown.
            isGuarded: writes.some(
              (write) => write.op === 'insert' || ('etag' in write && write.etag !== undefined),
            ),
            isConflict,
            isMissing: (error) => codeOf(error) === 'TableNotFound',
            create: () => client.createTable({ abortSignal }),
            signal: abortSignal,
          },
          () => send(client, writes, entities, abortSignal),
        ),
      );
    },
  };
}

function clientsOf(
  connection: StorageConnection,
  prefix: string,
  how: Pick<TableServiceClientOptions, 'retryOptions' | 'httpClient'>,
): (table: Table) => TableClient {
  const endpoint = endpointOf(connection, 'table');
  const options = { ...how, allowInsecureConnection: endpoint.insecure };
  const clients = new Map<Table, TableClient>();
  return (table) => {
    let client = clients.get(table);
    if (client === undefined) {
      client =
        'connectionString' in endpoint
          ? TableClient.fromConnectionString(endpoint.connectionString, prefix + table, options)
          : new TableClient(endpoint.url, prefix + table, endpoint.credential, options);
      clients.set(table, client);
    }
    return client;
  };
}

async function get(
  client: TableClient,
  partition: string,
  key: string,
  abortSignal: AbortSignal,
): Promise<Row | undefined> {
  try {
    return await decodeRow(await client.getEntity(partition, key, { abortSignal }));
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

async function pages(
  client: TableClient,
  filter: string | undefined,
  limit: number,
  abortSignal: AbortSignal,
): Promise<readonly Row[]> {
  const rows: Row[] = [];
  try {
    const query = client.listEntities({
      ...(filter !== undefined && { queryOptions: { filter } }),
      abortSignal,
    });
    for await (const page of query.byPage({ maxPageSize: limit })) {
      const wanted: Page = page.slice(0, limit - rows.length);
      rows.push(...(await Promise.all(wanted.map(decodeRow))));
      if (rows.length >= limit) break;
    }
  } catch (error) {
    if (codeOf(error) !== 'TableNotFound') throw error;
  }
  return rows;
}

/** One attempt. A single delete must be a plain operation, since the row may be absent; other single writes may be one. */
async function send(
  client: TableClient,
  writes: readonly Write[],
  entities: readonly Entity[],
  abortSignal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const [write, ...others] = writes;
  const [entity] = entities;
  if (write && entity && others.length === 0 && (write.op === 'delete' || isAscii(entity))) {
    const etag = await sendOne(client, write, entity, abortSignal);
    return new Map(etag === undefined ? [] : [[write.key, etag]]);
  }
  const actions = writes.map((each, index) => actionOf(each, entities[index] as Entity));
  const { subResponses } = await client.submitTransaction(actions, { abortSignal });
  // The SDK would not notice a refused operation without a body.
  const refused = subResponses.find(({ status }) => status >= 300);
  if (refused || subResponses.length !== writes.length) {
    throw new Error(`a transaction was answered in part (status ${refused?.status ?? 'missing'})`);
  }
  return new Map(
    writes.flatMap(({ op, key }, index) =>
      op === 'delete' ? [] : [[key, etagOf(subResponses[index])] as const],
    ),
  );
}

/**
 * Azurite 3.37 decodes the body of a plain write piece by piece as it arrives, which breaks a character
 * that lies across two pieces; a transaction's body it decodes whole.
 */
function isAscii(entity: Entity): boolean {
  return Object.values(entity).every(
    (value) => typeof value !== 'string' || !/[\u0080-\uffff]/.test(value),
  );
}

async function sendOne(
  client: TableClient,
  write: Write,
  entity: Entity,
  abortSignal: AbortSignal,
): Promise<string | undefined> {
  if (write.op === 'insert') return etagOf(await client.createEntity(entity, { abortSignal }));
  if (write.op === 'put') {
    return etagOf(await client.upsertEntity(entity, 'Replace', { abortSignal }));
  }
  if (write.op === 'replace') {
    const { etag } = write;
    return etagOf(await client.updateEntity(entity, 'Replace', { etag, abortSignal }));
  }
  const condition = write.etag !== undefined && { etag: write.etag };
  try {
    await client.deleteEntity(entity.partitionKey, entity.rowKey, { ...condition, abortSignal });
  } catch (error) {
    if (condition || statusOf(error) !== 404) throw error;
  }
  return undefined;
}

function actionOf(write: Write, entity: Entity): TransactionAction {
  if (write.op === 'insert') return ['create', entity];
  if (write.op === 'put') return ['upsert', entity, 'Replace'];
  if (write.op === 'replace') return ['update', entity, 'Replace', { etag: write.etag }];
  return ['delete', entity];
}

function etagOf(response: { etag?: string } | undefined): string {
  if (!response?.etag) throw new Error('the service answered a write without an ETag');
  return response.etag;
}

function isConflict(error: unknown): boolean {
  const status = statusOf(error);
  const code = codeOf(error) ?? '';
  if (status === 404) return code === 'ResourceNotFound' || code === 'EntityNotFound';
  if (status === 409) return code === 'EntityAlreadyExists';
  return status === 412;
}
