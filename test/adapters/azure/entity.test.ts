import { describe, expect, it } from 'vitest';
import { decodeRow, encodeEntity } from '../../../src/adapters/azure/entity.ts';
import type { Value } from '../../../src/ports/store.ts';
import { noise } from '../suites/store.ts';

/** What Azurite accepts although the service would not, and what only other readers would trip over. */
describe('entities of Azure Tables', () => {
  const values: [string, Value][] = [
    ['a long text of surrogate pairs', `x${'😀'.repeat(50_000)}`],
    ['lone surrogates', 'a\ud83d b \udc00'],
    ['control characters', '\u0000 \u001b[0m \uffff'],
    ['an empty text', ''],
    ['bytes of several properties', noise(300_000)],
    ['no bytes', new Uint8Array()],
    ['one byte', noise(1)],
    ['as many bytes as are stored uncompressed', noise(4_096)],
    ['one more', noise(4_097)],
    ['a number above 32 bits', 2 ** 31],
    ['a fraction', 1.5],
    ['a number of 32 bits', -(2 ** 31)],
  ];

  it.each(values)(
    'hold %s in properties that the service takes, and give it back',
    async (_what, value) => {
      const entity = await encodeEntity('p', 'k', { value });
      for (const property of Object.values(entity)) {
        if (typeof property === 'string') {
          expect(property.length).toBeLessThanOrEqual(32_768);
          expect(property).not.toMatch(/\p{Surrogate}/u);
          // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
          expect(property).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/);
        } else if (property instanceof Uint8Array) {
          expect(property.byteLength).toBeLessThanOrEqual(65_536);
        } else if (typeof property === 'number') {
          // Without a type the service takes an integer for an Int32.
          expect(property).toBe(property | 0);
        } else {
          expect(property).toMatchObject({ type: 'Double' });
        }
      }
      // The SDK turns a typed number into a plain one.
      const read = Object.fromEntries(
        Object.entries(entity).map(([name, part]) => [
          name,
          typeof part === 'object' && 'type' in part ? part.value : part,
        ]),
      );
      const row = await decodeRow({ ...read, etag: 'e', timestamp: 't', 'odata.metadata': 'm' });
      expect(row).toEqual({ key: 'k', etag: 'e', values: { value } });
    },
  );

  it('hold many bytes compressed, and few as they are', async () => {
    const zeros = (length: number) => encodeEntity('p', 'k', { value: new Uint8Array(length) });
    expect(await zeros(4_096)).toMatchObject({ value__p: new Uint8Array(4_096) });
    expect((await zeros(100_000))['value']).toHaveProperty('length', expect.closeTo(130, -2));
  });

  it('are refused when they hold what is never written', async () => {
    await expect(
      decodeRow({ partitionKey: 'p', rowKey: 'k', etag: 'e', at: new Date(0) }),
    ).rejects.toThrow(TypeError);
  });
});
