/** The shared worker that holds the connection of a caller's tabs. */
import { connectWebPubSub } from '../../client/watch/web-pubsub.ts';
import { createHub } from './hub.ts';
import type { ToWorker } from './messages.ts';

const hub = createHub(connectWebPubSub);

addEventListener('connect', (event) => {
  const [port] = (event as MessageEvent).ports;
  if (port === undefined) return;
  const take = hub.add((message) => port.postMessage(message));
  port.addEventListener('message', ({ data }: MessageEvent<ToWorker>) => take(data));
  port.start();
});
