/** One Web PubSub connection through the service's own client library. */
import { WebPubSubClient, WebPubSubJsonProtocol } from '@azure/web-pubsub-client';

/** A connection's life: at most one `onOpen`, any number of messages, exactly one `onClosed`. */
export type PushHandlers = {
  /** Called once; a fresh address with its token. */
  url(): Promise<string>;
  onOpen(): void;
  onMessage(data: unknown): void;
  onClosed(): void;
};
export type PushConnection = {
  /** Resolves when the service has confirmed the membership. */
  join(group: string): Promise<void>;
  leave(group: string): void;
  close(): void;
};
export type ConnectPush = (handlers: PushHandlers) => PushConnection;

/**
 * Connects with the plain protocol, not the reliable one: that hides a drop for up to 30 s while it
 * tries to recover, and nothing comes meanwhile. Here a drop is told at once, and what was missed is
 * read from the log. Making a new connection, with its waiting times, is the caller's business. The
 * library's keep-alive stays off, because its timers outlive `stop()` by up to 40 s; the caller
 * notices a silent connection by itself.
 */
export const connectWebPubSub: ConnectPush = (handlers) => {
  let ended = false;
  const client = new WebPubSubClient(
    { getClientAccessUrl: () => handlers.url() },
    {
      protocol: WebPubSubJsonProtocol(),
      autoReconnect: false,
      autoRejoinGroups: false,
      keepAliveIntervalInMs: 0,
      keepAliveTimeoutInMs: 0,
      messageRetryOptions: { maxRetries: 1, retryDelayInMs: 500 },
    },
  );
  const end = (): void => {
    if (ended) return;
    ended = true;
    client.stop();
    handlers.onClosed();
  };
  client.on('connected', () => {
    if (!ended) handlers.onOpen();
  });
  client.on('group-message', ({ message }) => {
    if (!ended) handlers.onMessage(message.data);
  });
  client.on('server-message', ({ message }) => {
    if (!ended) handlers.onMessage(message.data);
  });
  client.on('stopped', end);
  const start = async (): Promise<void> => {
    await client.start().catch(end);
    // Ended while it was connecting: only now can the socket be closed.
    if (ended) client.stop();
  };
  void start();
  return {
    async join(group) {
      await client.joinGroup(group);
    },
    leave(group) {
      // Losing this message only means messages that nobody here listens to.
      client.leaveGroup(group).catch(() => undefined);
    },
    close: end,
  };
};
