/** The address by which pods reach the app. */
import { expect, test } from 'vitest';
import { readSettings } from '../../src/functions/settings/settings.ts';
import { ADMIN } from '../api/support.ts';

const read = (SLUICE_TRACE_URL: string) =>
  readSettings({
    SLUICE_STORAGE: 'UseDevelopmentStorage=true',
    SLUICE_WEB_PUBSUB: 'Endpoint=http://127.0.0.1:1;AccessKey=c2VjcmV0;Version=1.0;',
    SLUICE_ADMIN_TOKEN: ADMIN,
    SLUICE_TRACE_URL,
  }).traceUrl;

test('is one of https, or of http inside of a cluster, without a slash at its end', () => {
  expect(read('https://app.example/')).toBe('https://app.example');
  expect(read('http://sluice.sluice-system.svc/below')).toBe(
    'http://sluice.sluice-system.svc/below',
  );
  expect(read('')).toBeUndefined();
});

test.each([
  'https://name:word@app.example',
  'https://app.example/?a=b',
  'ftp://app.example',
  'app',
])('is not %s', (address) => {
  const wrong = 'SLUICE_TRACE_URL must be an http or https address, without name, password, \\?';
  expect(() => read(address)).toThrow(new RegExp(wrong));
});
