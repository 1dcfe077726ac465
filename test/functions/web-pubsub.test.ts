/** Where browsers connect to Web PubSub, for the policy of the page. */
import { expect, it } from 'vitest';
import { readSettings } from '../../src/functions/settings/settings.ts';
import { ADMIN } from '../api/support.ts';

const ENVIRONMENT = { SLUICE_STORAGE: 'UseDevelopmentStorage=true', SLUICE_ADMIN_TOKEN: ADMIN };

it.each([
  ['Endpoint=http://localhost;Port=8080;AccessKey=a;Version=1.0;', 'http://localhost:8080/'],
  ['AccessKey=a; Endpoint=https://x.example', 'https://x.example/'],
  ['AccessKey=a', undefined],
])('is read from %s', (SLUICE_WEB_PUBSUB, address) => {
  const read = () => readSettings({ ...ENVIRONMENT, SLUICE_WEB_PUBSUB }).webPubSubAddress;
  if (address) expect(read()).toBe(address);
  else expect(read).toThrow('SLUICE_WEB_PUBSUB is no connection string: it names no Endpoint');
});
