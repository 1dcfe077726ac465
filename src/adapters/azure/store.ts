import { odata } from '@azure/data-tables';
import type { Table } from '../../core/limits.ts';
import type { Row, Store, Write } from '../../ports/store.ts';
import { checkCommit, checkKey, checkLimit } from '../checks/commit.ts';
import { withAttempts } from './attempts.ts';
import { decodeRow, encodeEntity } from './entity.ts';
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
import { type Operation, TableClient } from './table-client.ts';
import { entityText, type Json } from './table-texts.ts';

export type TableStoreOptions = AdapterOptions & {
  /** Put before each table's name: letters and digits, first a letter, 40 at most. Default: none. */
  readonly prefix?: string;
};

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
  const endpoint = endpointOf(connection, 'table');
  const httpClient = createHttpClient();
  const reader = new TableClient(endpoint, httpClient, READ_RETRIES);
  const writer = new TableClient(endpoint, httpClient, WRITE_RETRIES);
  const query = (what: string, table: Table, filter: string | undefined, limit: number) =>
    withDeadline(`${what} ${table}`, deadlineMs, (signal) =>
      rowsOf(reader.query(prefix + table, filter, limit, signal)),
    );

  return {
    async read(table, partition, key) {
      checkKey(partition, 'partition');
      checkKey(key);
      if (OFTEN_THERE.has(table))
        return withDeadline(`read of ${table}`, deadlineMs, (signal) =>
          get(reader, prefix + table, partition, key, signal),
        );
      // A query for one row, because an absent one is then an empty answer and not a failed request
      // in everybody's telemetry. The service treats both as the same point query.
      const filter = odata`PartitionKey eq ${partition} and RowKey eq ${key}`;
      const [row] = await query('read of', table, filter, 1);
      return row;
    },

    async list(table, partition, { from = '', before, limit }) {
      checkKey(partition, 'partition');
      checkKey(from, 'bound');
      checkKey(before ?? '', 'bound');
      checkLimit(limit);
      const within = odata`PartitionKey eq ${partition} and RowKey ge ${from}`;
      const filter = before === undefined ? within : `${within} and ${odata`RowKey lt ${before}`}`;
      return query('list of', table, filter, limit);
    },

    async hasRows(table) {
      return (await query('look into', table, undefined, 1)).length > 0;
    },

    async commit(table, partition, writes) {
      checkCommit(partition, writes);
      const operations = await Promise.all(writes.map((write) => operationOf(partition, write)));
      const name = prefix + table;
      return withDeadline(`commit to ${table}`, deadlineMs, (signal) =>
        withAttempts(
          {
            // Only a commit that its own success would make fail may be repeated when in doubt.
            isGuarded: writes.some(
              (write) => write.op === 'insert' || ('etag' in write && write.etag !== undefined),
            ),
            isConflict,
            isMissing: (error) => codeOf(error) === 'TableNotFound',
            create: () => writer.create(name, signal),
            signal,
          },
          () => send(writer, name, operations, signal),
        ),
      );
    },
  };
}

async function get(
  client: TableClient,
  table: string,
  partition: string,
  key: string,
  signal: AbortSignal,
): Promise<Row | undefined> {
  try {
    return await decodeRow(await client.get(table, partition, key, signal));
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

/** Rows of the pages; none where the table is missing. */
async function rowsOf(pages: Promise<readonly Json[]>): Promise<readonly Row[]> {
  try {
    return await Promise.all((await pages).map(decodeRow));
  } catch (error) {
    if (codeOf(error) !== 'TableNotFound') throw error;
    return [];
  }
}

/** One attempt. A lone delete must be a plain operation, since it may find nothing; other lone writes may. */
async function send(
  client: TableClient,
  table: string,
  operations: readonly Operation[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const [operation, ...others] = operations;
  if (operation && others.length === 0 && isAscii(operation)) {
    const etag = await sendOne(client, table, operation, signal);
    return new Map(operation.method === 'DELETE' ? [] : [[operation.key, versionOf(etag)]]);
  }
  const etags = await client.transact(table, operations, signal);
  return new Map(
    operations.flatMap(({ method, key }, index) =>
      method === 'DELETE' ? [] : [[key, versionOf(etags[index])] as const],
    ),
  );
}

/**
 * Azurite 3.37 decodes the body of a plain write piece by piece as it arrives, which breaks a character
 * that lies across two pieces; a transaction's body it decodes whole.
 */
const isAscii = ({ body = '' }: Operation): boolean => !/[\u0080-\uffff]/.test(body);

async function sendOne(
  client: TableClient,
  table: string,
  operation: Operation,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    return await client.write(table, operation, signal);
  } catch (error) {
    const isGone = operation.method === 'DELETE' && operation.ifMatch === '*';
    if (!isGone || statusOf(error) !== 404) throw error;
    return undefined;
  }
}

async function operationOf(partition: string, write: Write): Promise<Operation> {
  const { op, key } = write;
  if (op === 'delete') return { method: 'DELETE', partition, key, ifMatch: write.etag ?? '*' };
  const body = entityText(await encodeEntity(partition, key, write.values));
  if (op === 'insert') return { method: 'POST', partition, key, body };
  return { method: 'PUT', partition, key, body, ...(op === 'replace' && { ifMatch: write.etag }) };
}

function versionOf(etag: string | undefined): string {
  if (!etag) throw new Error('the service answered a write without an ETag');
  return etag;
}

function isConflict(error: unknown): boolean {
  const status = statusOf(error);
  const code = codeOf(error) ?? '';
  if (status === 404) return code === 'ResourceNotFound' || code === 'EntityNotFound';
  if (status === 409) return code === 'EntityAlreadyExists';
  return status === 412;
}
