/** Web PubSub by the service's client library, which is loaded with the first connection: a page may never need it. */
import type { ConnectPush, PushConnection } from './web-pubsub.ts';

export const connectLazily: ConnectPush = (handlers) => {
  let connection: PushConnection | undefined;
  let ended = false;
  const end = (): void => {
    if (ended) return;
    ended = true;
    handlers.onClosed();
  };
  const load = async (): Promise<void> => {
    const { connectWebPubSub } = await import('./web-pubsub.ts');
    if (!ended) connection = connectWebPubSub({ ...handlers, onClosed: end });
  };
  load().catch(end);
  return {
    async join(group) {
      if (connection === undefined) throw new Error('The connection is not open yet.');
      await connection.join(group);
    },
    leave: (group) => connection?.leave(group),
    close: () => (connection ? connection.close() : end()),
  };
};
