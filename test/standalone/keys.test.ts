import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { findKey, makeKey } from '../../src/standalone/keys.ts';

function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'sluice-keys-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}
const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);

it('are made once, by chance, for their owner alone', async () => {
  const dir = folder();
  expect(await findKey(dir, 'admin-token')).toBeUndefined();
  const key = await makeKey(dir, 'admin-token');
  expect(key).toMatch(/^[\w-]{48}$/);
  expect(await makeKey(dir, 'admin-token')).toBe(key);
  expect(await findKey(dir, 'admin-token')).toBe(key);
  expect(modeOf(join(dir, 'keys'))).toBe('700');
  expect(modeOf(join(dir, 'keys', 'admin-token'))).toBe('600');
  expect(await makeKey(dir, 'host-master-key')).not.toBe(key);
  expect(await makeKey(folder(), 'admin-token')).not.toBe(key);
});

it('are taken back from a group that a volume was given to', async () => {
  const dir = folder();
  const key = await makeKey(dir, 'web-pubsub-key');
  const path = join(dir, 'keys', 'web-pubsub-key');
  chmodSync(path, 0o664);
  expect(await makeKey(dir, 'web-pubsub-key')).toBe(key);
  expect(modeOf(path)).toBe('600');
});

it.each(['', 'short', 'x'.repeat(600), `${'x'.repeat(40)}\n${'x'.repeat(40)}`])(
  'are not replaced where a file holds none: %j',
  async (text) => {
    const dir = folder();
    await makeKey(dir, 'admin-token');
    const path = join(dir, 'keys', 'admin-token');
    writeFileSync(path, text);
    await expect(makeKey(dir, 'admin-token')).rejects.toThrow('holds no key');
    expect(readFileSync(path, 'utf8')).toBe(text);
  },
);
