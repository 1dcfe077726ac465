import { describe, expect, it } from 'vitest';
import type { Blobs } from '../../../src/ports/blobs.ts';
import { noise } from './store.ts';

const text = (value: string) => new TextEncoder().encode(value);
const same = (found: Uint8Array | undefined, want: Uint8Array) =>
  found !== undefined && Buffer.compare(found, want) === 0;
let names = 0;
const fresh = () => `logs/b${++names}-${process.pid}.jsonl`;

/** What every implementation of the blobs port promises. `blobs` is called inside the tests. */
export function testBlobs(name: string, blobs: () => Blobs): void {
  describe(`${name}: blobs`, () => {
    it('finds nothing where nothing was written', async () => {
      expect(await blobs().get(fresh())).toBeUndefined();
      expect(await blobs().get(fresh(), { offset: 0, length: 5 })).toBeUndefined();
      expect(await blobs().get(fresh(), { offset: 0, length: 0 })).toBeUndefined();
    });

    it('returns what was put, and after another put the whole of the new', async () => {
      const blob = fresh();
      await blobs().put(blob, text('first, and longer'), 'text/plain');
      await blobs().put(blob, text('second'), 'application/x-ndjson');
      expect(await blobs().get(blob)).toEqual(text('second'));
    });

    it('returns ranges, fewer bytes at the end, and none behind it', async () => {
      const blob = fresh();
      await blobs().put(blob, text('0123456789'), 'text/plain');
      const range = async (offset: number, length: number) =>
        new TextDecoder().decode(await blobs().get(blob, { offset, length }));
      expect(await range(0, 4)).toBe('0123');
      expect(await range(7, 2)).toBe('78');
      expect(await range(7, 100)).toBe('789');
      expect(await range(10, 5)).toBe('');
      expect(await range(1_000, 5)).toBe('');
      expect(await range(3, 0)).toBe('');
    });

    it('keeps an empty blob apart from an absent one', async () => {
      const blob = fresh();
      await blobs().put(blob, new Uint8Array(), 'text/plain');
      expect(await blobs().get(blob)).toEqual(new Uint8Array());
      expect(await blobs().get(blob, { offset: 0, length: 5 })).toEqual(new Uint8Array());
    });

    it('keeps 20 MiB unchanged, also read in ranges', async () => {
      const blob = fresh();
      const bytes = noise(20 * 1024 * 1024 + 7);
      await blobs().put(blob, bytes, 'application/octet-stream');
      expect(same(await blobs().get(blob), bytes)).toBe(true);
      const range = { offset: 9 * 1024 * 1024 + 1, length: 1_000_003 };
      const part = bytes.subarray(range.offset, range.offset + range.length);
      expect(same(await blobs().get(blob, range), part)).toBe(true);
    });

    it('removes a blob, and succeeds when it is absent', async () => {
      const blob = fresh();
      await blobs().put(blob, text('x'), 'text/plain');
      await blobs().remove(blob);
      expect(await blobs().get(blob)).toBeUndefined();
      await blobs().remove(blob);
    });

    it('is not changed by what callers do to the bytes they gave or got', async () => {
      const blob = fresh();
      const bytes = text('abc');
      await blobs().put(blob, bytes, 'text/plain');
      bytes[0] = 0;
      (await blobs().get(blob))?.fill(0);
      expect(await blobs().get(blob)).toEqual(text('abc'));
    });

    it.each([
      '',
      '/a',
      'a/',
      'a//b',
      'A',
      'a b',
      '..',
      'a/../b',
      'a./b',
      'a.',
      'ä',
      'x'.repeat(513),
    ])('refuses %j as a name', async (bad) => {
      await expect(blobs().put(bad, text('x'), 'text/plain')).rejects.toThrow(RangeError);
      await expect(blobs().get(bad)).rejects.toThrow(RangeError);
      await expect(blobs().remove(bad)).rejects.toThrow(RangeError);
    });

    it.each([
      { offset: -1, length: 1 },
      { offset: 0, length: -1 },
      { offset: 0.5, length: 1 },
      { offset: 0, length: Number.NaN },
    ])('refuses the range %j', async (range) => {
      await expect(blobs().get(fresh(), range)).rejects.toThrow(RangeError);
    });
  });
}
