/** One Web PubSub connection through the service's own client library. */
import {
  WebPubSubClient,
  type WebPubSubClientProtocol,
  WebPubSubJsonReliableProtocol,
} from '@azure/web-pubsub-client';

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
 * The library's `stop()` does nothing while it recovers a dropped connection, and its recovery then
 * opens a socket that nobody closes. A protocol that stops being reliable, and stops having a name,
 * makes it give up.
 */
function endableProtocol(ended: () => boolean): WebPubSubClientProtocol {
  const reliable = WebPubSubJsonReliableProtocol();
  return {
    get name() {
      if (ended()) throw new Error('closed');
      return reliable.name;
    },
    get isReliableSubProtocol() {
      return !ended();
    },
    parseMessages: (input) => reliable.parseMessages(input),
    writeMessage: (message) => reliable.writeMessage(message),
  };
}

/**
 * Connects with the reliable protocol: after a drop of up to 30 s the service replays what was
 * missed, and nothing is reported. When that fails the connection is over; making a new one, with
 * its waiting times, is the caller's business. The library's keep-alive stays off, because its
 * timers outlive `stop()` by up to 40 s; the caller notices a silent connection by itself.
 */
export const connectWebPubSub: ConnectPush = (handlers) => {
  let ended = false;
  const client = new WebPubSubClient(
    { getClientAccessUrl: () => handlers.url() },
    {
      protocol: endableProtocol(() => ended),
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
