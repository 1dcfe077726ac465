/**
 * The Web PubSub emulator as a process of its own. Prints one line of JSON when it listens, and ends
 * on SIGTERM, SIGINT, or when its standard input closes, that is, when its parent is gone.
 */
import { parseArgs } from 'node:util';
import { createWebPubSub } from './service.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    hostname: { type: 'string', default: '127.0.0.1' },
    /** The number of units whose limits apply, or `unlimited`. */
    units: { type: 'string', default: '1' },
  },
});

/** In the environment, because every user of the machine can read arguments. */
const accessKey = process.env['WEB_PUBSUB_ACCESS_KEY'];

const service = await createWebPubSub({
  port: Number(values.port),
  hostname: values.hostname,
  units: values.units === 'unlimited' ? 'unlimited' : Number(values.units),
  // Tests set it for every stack that they start.
  reorder: process.env['WEB_PUBSUB_REORDER'] === 'true',
  ...(accessKey === undefined || accessKey === '' ? {} : { accessKey }),
});

let ending = false;
async function end(): Promise<void> {
  if (ending) return;
  ending = true;
  await service.close();
  process.exit(0);
}

process.on('SIGTERM', () => void end());
process.on('SIGINT', () => void end());
process.stdin.on('close', () => void end());
process.stdin.on('error', () => void end());
process.stdin.resume();

const { connectionString, url } = service;
console.log(JSON.stringify({ ready: true, connectionString, url }));
