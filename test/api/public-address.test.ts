/** Where live events are, when Web PubSub stands behind the address of the app. */
import { expect, it } from 'vitest';
import { testApi } from './support.ts';

const addressesOf = async (publicUrl: string | undefined, headers: Record<string, string>) => {
  const { call } = testApi(publicUrl === undefined ? {} : { publicUrl });
  const negotiated = await call('/api/v1/negotiate', { method: 'POST', headers });
  const legacy = await call('/api/v1/pipeline/status', { headers });
  return [negotiated.json.url, legacy.json.websocket_url].map((url: string) => {
    const { protocol, host, pathname, searchParams } = new URL(url);
    expect(searchParams.get('access_token')).toContain('groups');
    return `${protocol}//${host}${pathname}`;
  });
};

it.each([
  ['nothing', undefined, {}, 'wss://memory.invalid/client'],
  ['the request', 'request', {}, 'ws://localhost/client'],
  [
    'the request behind a proxy with TLS',
    'request',
    { 'x-forwarded-proto': 'https' },
    'wss://localhost/client',
  ],
  ['a site', 'https://runs.example.org', {}, 'wss://runs.example.org/client'],
  ['a folder', 'http://example.org:8080/sluice/', {}, 'ws://example.org:8080/sluice/client'],
])('is told by %s', async (_name, publicUrl, headers, address) => {
  expect(await addressesOf(publicUrl, headers)).toEqual([address, address]);
});
