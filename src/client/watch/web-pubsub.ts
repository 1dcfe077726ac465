/** One Web PubSub connection through the service's own client library. */
import { WebPubSubClient, WebPubSubJsonProtocol } from '@azure/web-pubsub-client';

/** A message of ours, such as to join a group, is sent once more after this. */
const RETRY_MS = 500;

export type Negotiated = {
  /** WebSocket address with its token. */
  readonly url: string;
  /** Groups that a connection of this address is a member of from the start. */
  readonly groups: readonly string[];
  readonly expires_at: string;
};

/** A connection's life: at most one `onOpen`, any number of messages, exactly one `onClosed`. */
export type PushHandlers = {
  /** Called once: a fresh address with its token, and the groups that the connection has to be in when it opens. */
  negotiate(): Promise<Negotiated>;
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
 * Connects with the plain protocol, not the reliable one, which hides a drop for up to 30 s while it tries to recover.
 * Here a drop is reported at once, and missed events are read from the log. The caller reconnects, with its own pauses. The
 * library's keep-alive stays off, because its timers outlive `stop()` by up to 40 s; the caller detects a silent
 * connection itself.
 */
export const connectWebPubSub: ConnectPush = (handlers) => {
  let ended = false;
  const client = new WebPubSubClient(
    { getClientAccessUrl: async () => (await handlers.negotiate()).url },
    {
      protocol: WebPubSubJsonProtocol(),
      autoReconnect: false,
      autoRejoinGroups: false,
      keepAliveIntervalInMs: 0,
      keepAliveTimeoutInMs: 0,
      messageRetryOptions: { maxRetries: 1, retryDelayInMs: RETRY_MS },
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
      // If this is lost, messages of an unwatched run come, and are ignored.
      client.leaveGroup(group).catch(() => undefined);
    },
    close: end,
  };
};
