import { BlobServiceClient } from '@azure/storage-blob';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBlobs } from '../../../src/adapters/azure/blobs.ts';
import { NoAnswer } from '../../../src/adapters/azure/settings.ts';
import { createMemoryBlobs } from '../../../src/adapters/memory/blobs.ts';
import { type Azurite, startAzurite } from '../../../src/dev/azurite.ts';
import type { Blobs } from '../../../src/ports/blobs.ts';
import { startStorageProxy } from '../../support/fault-proxy.ts';
import { testBlobs } from '../suites/blobs.ts';

let azurite: Azurite;
let blobs: Blobs;
const bytes = Uint8Array.of(1, 2, 3);

beforeAll(async () => {
  azurite = await startAzurite();
  blobs = createBlobs(azurite, 'contract');
});
afterAll(() => azurite.close());

const memory = createMemoryBlobs();
testBlobs('memory', () => memory);
testBlobs('Azure Blobs', () => blobs);

describe('Azure Blobs', () => {
  it('finds nothing in a missing container, removes nothing, and makes it when writing', async () => {
    const service = BlobServiceClient.fromConnectionString(azurite.connectionString);
    for (let round = 0; round < 2; round += 1) {
      const missing = createBlobs(azurite, 'missing');
      expect(await missing.get('a')).toBeUndefined();
      await missing.remove('a');
      await missing.put('a', bytes, 'text/plain');
      expect(await missing.get('a')).toEqual(bytes);
      await service.deleteContainer('missing');
    }
  });

  it('stores the content type', async () => {
    await blobs.put('typed', bytes, 'application/x-ndjson');
    const { contentType } = await BlobServiceClient.fromConnectionString(azurite.connectionString)
      .getContainerClient('contract')
      .getBlobClient('typed')
      .getProperties();
    expect(contentType).toBe('application/x-ndjson');
  });

  it('rejects at its deadline when the service does not answer', async () => {
    const proxy = await startStorageProxy(azurite.connectionString, 'Blob', () => 'swallow');
    const silent = createBlobs(proxy, 'contract', { deadlineMs: 200 });
    await expect(silent.get('typed')).rejects.toBeInstanceOf(NoAnswer);
    await expect(silent.remove('typed')).rejects.toBeInstanceOf(NoAnswer);
    // A put of a few bytes gets one second more, the time of one MiB.
    await expect(silent.put('typed', bytes, 'text/plain')).rejects.toBeInstanceOf(NoAnswer);
    await proxy.close();
  });

  it('rejects at its deadline when an answer stops in the middle, and waits for one that only pauses', async () => {
    await blobs.put('middle', bytes, 'text/plain');
    const proxy = await startStorageProxy(azurite.connectionString, 'Blob', ({ index }) =>
      index === 0 ? 'pause' : 'stall',
    );
    const slow = createBlobs(proxy, 'contract', { deadlineMs: 300 });
    // A body has the deadline and one second for each MiB begun.
    expect(await slow.get('middle')).toEqual(bytes);
    await expect(slow.get('middle')).rejects.toBeInstanceOf(NoAnswer);
    await proxy.close();
  });

  it('repeats what was lost on the way', async () => {
    const proxy = await startStorageProxy(azurite.connectionString, 'Blob', ({ index }) =>
      index % 2 === 0 ? 'lose' : 'pass',
    );
    const lossy = createBlobs(proxy, 'contract');
    await lossy.put('lost', bytes, 'text/plain');
    expect(await lossy.get('lost')).toEqual(bytes);
    await lossy.remove('lost');
    expect(await lossy.get('lost')).toBeUndefined();
    await proxy.close();
  });
});
