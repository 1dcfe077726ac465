import { buffer } from 'node:stream/consumers';
import { BlobServiceClient, type ContainerClient } from '@azure/storage-blob';
import { MIB } from '../../core/limits.ts';
import type { Blobs } from '../../ports/blobs.ts';
import { checkBlobName, checkRange } from '../checks/blob-name.ts';
import {
  type AdapterOptions,
  codeOf,
  DEADLINE_MS,
  endpointOf,
  type StorageConnection,
  statusOf,
  withDeadline,
} from './settings.ts';

/** Every call may be repeated: writes replace the whole blob. The deadline bounds all tries. */
const RETRIES = { maxTries: 4, retryDelayInMs: 100, maxRetryDelayInMs: 2_000 };
/** One request up to this size; above it, blocks and one commit of their list, which is still all or nothing. */
const SINGLE_SHOT_BYTES = 16 * MIB;
const BLOCK_BYTES = 8 * MIB;
/** Additional time per MiB, for connections as slow as 8 Mbit/s. */
const MS_PER_MIB = 1_000;

/** The blobs port on Azure Storage. The container is made when a write finds it missing. */
export function createBlobs(
  connection: StorageConnection,
  container: string,
  options: AdapterOptions = {},
): Blobs {
  const { deadlineMs = DEADLINE_MS } = options;
  const client = containerOf(connection, container);
  const deadlineFor = (bytes: number) => deadlineMs + Math.ceil(bytes / MIB) * MS_PER_MIB;

  return {
    async put(name, bytes, contentType) {
      checkBlobName(name);
      const blob = client.getBlockBlobClient(name);
      await withDeadline('write of a blob', deadlineFor(bytes.byteLength), async (abortSignal) => {
        const upload = () =>
          blob.uploadData(bytes, {
            abortSignal,
            blobHTTPHeaders: { blobContentType: contentType },
            maxSingleShotSize: SINGLE_SHOT_BYTES,
            blockSize: BLOCK_BYTES,
            concurrency: 2,
          });
        try {
          await upload();
        } catch (error) {
          if (codeOf(error) !== 'ContainerNotFound') throw error;
          await client.createIfNotExists({ abortSignal });
          await upload();
        }
      });
    },

    async get(name, range) {
      checkBlobName(name);
      if (range) checkRange(range);
      const blob = client.getBlobClient(name);
      try {
        // A range of zero length cannot be requested: only whether the blob exists matters.
        if (range?.length === 0) {
          const isThere = await withDeadline('look for a blob', deadlineMs, (abortSignal) =>
            blob.exists({ abortSignal }),
          );
          return isThere ? new Uint8Array() : undefined;
        }
        return await download(blob, range, deadlineMs, deadlineFor);
      } catch (error) {
        if (statusOf(error) === 404) return undefined;
        // The range begins at or after the end.
        if (statusOf(error) === 416) return new Uint8Array();
        throw error;
      }
    },

    async remove(name) {
      checkBlobName(name);
      await withDeadline('removal of a blob', deadlineMs, async (abortSignal) => {
        try {
          await client.getBlobClient(name).delete({ abortSignal, deleteSnapshots: 'include' });
        } catch (error) {
          if (statusOf(error) !== 404) throw error;
        }
      });
    },
  };
}

/** The answer's headers within the deadline, then its body within one that fits its length. */
async function download(
  blob: ReturnType<ContainerClient['getBlobClient']>,
  range: { readonly offset: number; readonly length: number } | undefined,
  deadlineMs: number,
  deadlineFor: (bytes: number) => number,
): Promise<Uint8Array> {
  const abort = new AbortController();
  // The request has one signal for headers and body: each deadline aborts it only while its own part runs.
  const bounded = <T>(ms: number, call: () => Promise<T>) =>
    withDeadline('read of a blob', ms, async (signal) => {
      const stop = () => abort.abort(signal.reason);
      signal.addEventListener('abort', stop);
      try {
        return await call();
      } finally {
        signal.removeEventListener('abort', stop);
      }
    });
  const answer = await bounded(deadlineMs, () =>
    blob.download(range?.offset, range?.length, { abortSignal: abort.signal, maxRetryRequests: 3 }),
  );
  const body = answer.readableStreamBody;
  if (!body) throw new Error('a blob was answered without a body');
  return bounded(deadlineFor(answer.contentLength ?? 0), async () => {
    return new Uint8Array(await buffer(body));
  });
}

function containerOf(connection: StorageConnection, container: string): ContainerClient {
  const endpoint = endpointOf(connection, 'blob');
  const options = { retryOptions: RETRIES };
  const service =
    'connectionString' in endpoint
      ? BlobServiceClient.fromConnectionString(endpoint.connectionString, options)
      : new BlobServiceClient(endpoint.url, endpoint.credential, options);
  return service.getContainerClient(container);
}
