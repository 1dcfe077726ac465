/** Live delivery over Azure Web PubSub. */
import type { TokenCredential } from '@azure/identity';
import { WebPubSubServiceClient, type WebPubSubServiceClientOptions } from '@azure/web-pubsub';
import { isLoopback } from '../../core/access/address/loopback.ts';
import { PUSH_BYTES_MAX } from '../../core/limits.ts';
import type { Push } from '../../ports/push.ts';

/** Where the service is: a connection string with an access key, or an endpoint and an identity. */
export type PushService =
  | { readonly connectionString: string }
  | { readonly endpoint: string; readonly credential: TokenCredential };

/**
 * Time of a call, its retries and the identity's token included. A push that comes late is worth no more than
 * none: clients read what they miss from the log.
 */
const DEADLINE_MS = 5_000;

/** A retried publish may arrive twice, which receivers see by its sequence numbers. */
const RETRIES = { maxRetries: 2, retryDelayInMs: 200, maxRetryDelayInMs: 1_000 };

/** The largest page of a list of connections. */
const PAGE_MAX = 200;

function connect(service: PushService, hub: string, options: WebPubSubServiceClientOptions) {
  if ('credential' in service) {
    return new WebPubSubServiceClient(service.endpoint, service.credential, hub, options);
  }
  const endpoint = /(?:^|;)\s*endpoint=(http:[^;]+)/i.exec(service.connectionString)?.[1];
  return new WebPubSubServiceClient(service.connectionString, hub, {
    ...options,
    allowInsecureConnection: endpoint !== undefined && isLoopback(new URL(endpoint).hostname),
  });
}

/** Rejects after the deadline even when something below does not listen to its signal. */
async function withDeadline<T>(call: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const signal = AbortSignal.timeout(DEADLINE_MS);
  const late = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => {
      reject(
        new Error(`Web PubSub did not answer within ${DEADLINE_MS} ms`, { cause: signal.reason }),
      );
    });
  });
  // No handler is attached any more once the call has settled.
  late.catch(() => undefined);
  return await Promise.race([call(signal), late]);
}

/**
 * The role that lets a client join the groups of a pattern in which only `*` is special. Wildcard
 * roles need the service of 2026 or later; a pattern without a star uses the role for one group.
 */
function joinRole(pattern: string): string {
  if (!pattern.includes('*')) return `webpubsub.joinLeaveGroup.${pattern}`;
  // The service lets `**` cross dots, and knows `?` and `\` too.
  const escaped = pattern.replaceAll(/[?\\]/g, String.raw`\$&`).replaceAll(/\*+/g, '*');
  return `webpubsub.joinLeaveGroups.${escaped}`;
}

const GROUP_CHARS_MAX = 1_024;
/** A group name that the service takes: 1 to 1,024 characters; a slash breaks its REST path. */
function checkGroup(name: string): string {
  if (name.trim() === '' || name.length > GROUP_CHARS_MAX || name.includes('/')) {
    throw new RangeError(`Not a group name: ${JSON.stringify(name)}`);
  }
  return name;
}

/**
 * Push through one hub. `transport` replaces the SDK's HTTP client. Every method rejects within 5 s
 * when the service does not answer, and with the SDK's RestError when it refuses.
 */
export function createPush(
  service: PushService,
  hub: string,
  transport: Pick<WebPubSubServiceClientOptions, 'httpClient'> = {},
): Push {
  const client = connect(service, hub, { ...transport, retryOptions: RETRIES });
  return {
    async send(group, message) {
      checkGroup(group);
      const bytes = Buffer.byteLength(JSON.stringify(message));
      if (bytes > PUSH_BYTES_MAX) {
        throw new RangeError(`A message of ${bytes} bytes is larger than ${PUSH_BYTES_MAX}`);
      }
      await withDeadline((abortSignal) =>
        client.group(group).sendToAll(message as object, { abortSignal }),
      );
    },

    async clientUrl({ userId, groups, mayJoin, minutes }) {
      const { url } = await withDeadline((abortSignal) =>
        client.getClientAccessToken({
          userId,
          groups: groups.map(checkGroup),
          roles: mayJoin.map((pattern) => joinRole(checkGroup(pattern))),
          expirationTimeInMinutes: minutes,
          abortSignal,
        }),
      );
      return url;
    },

    async closeUser(userId) {
      await withDeadline((abortSignal) => client.closeUserConnections(userId, { abortSignal }));
    },

    async count(group, limit) {
      if (limit <= 0) return 0;
      checkGroup(group);
      return await withDeadline(async (abortSignal) => {
        const options = { maxPageSize: Math.min(limit, PAGE_MAX), top: limit, abortSignal };
        // The SDK's 1.2.0 returns a promise of the iterator.
        const members = await client.group(group).listConnections(options);
        let count = 0;
        for await (const page of members.byPage()) {
          count += page.length;
          if (count >= limit) return limit;
        }
        return count;
      });
    },
  };
}
