/** How to reach a storage account: common to its tables, blobs and queues. */
import type { TokenCredential } from '@azure/identity';

export type StorageService = 'table' | 'blob' | 'queue';

export type StorageConnection =
  /** Account key or shared access signature; `UseDevelopmentStorage=true` is Azurite on its own ports. */
  | { readonly connectionString: string }
  /** A managed identity on the public cloud's addresses. */
  | { readonly accountName: string; readonly credential: TokenCredential }
  /** A managed identity on addresses of other clouds or private links, for example `https://x.blob.core.usgovcloudapi.net`. */
  | {
      readonly endpoints: Readonly<Record<StorageService, string>>;
      readonly credential: TokenCredential;
    };

/** A call that has no answer after this long rejects, in milliseconds; retries are inside it. */
export const DEADLINE_MS = 10_000;

export type AdapterOptions = {
  /** Milliseconds for one call of the port, its retries included. Default: `DEADLINE_MS`. */
  readonly deadlineMs?: number;
};

export type Endpoint =
  | { readonly connectionString: string; readonly insecure: boolean }
  | { readonly url: string; readonly credential: TokenCredential; readonly insecure: boolean };

/**
 * The address of one service. Throws a TypeError for plain HTTP to any other machine: requests carry
 * credentials and users' data.
 */
export function endpointOf(connection: StorageConnection, service: StorageService): Endpoint {
  if ('connectionString' in connection) {
    const { connectionString } = connection;
    return { connectionString, insecure: isInsecure(addressIn(connectionString, service)) };
  }
  const url =
    'endpoints' in connection
      ? connection.endpoints[service]
      : `https://${connection.accountName}.${service}.core.windows.net`;
  // The SDK's own policy refuses bearer tokens over plain HTTP, also to this machine.
  return { url, credential: connection.credential, insecure: isInsecure(url) };
}

/** The service's address in a connection string; undefined where the SDK derives an HTTPS one. */
function addressIn(connectionString: string, service: StorageService): string | undefined {
  const parts = new Map(
    connectionString.split(';').map((part) => {
      const cut = part.indexOf('=');
      return [part.slice(0, cut).trim().toLowerCase(), part.slice(cut + 1).trim()] as const;
    }),
  );
  if (parts.get('usedevelopmentstorage')?.toLowerCase() === 'true') return 'http://127.0.0.1';
  const explicit = parts.get(`${service}endpoint`);
  if (explicit) return explicit;
  const protocol = parts.get('defaultendpointsprotocol')?.toLowerCase() ?? 'https';
  return protocol === 'http' ? `http://${parts.get('accountname')}.${service}` : undefined;
}

function isInsecure(address: string | undefined): boolean {
  if (address === undefined) return false;
  const { protocol, hostname } = new URL(address);
  if (protocol === 'https:') return false;
  if (!/^(?:127(?:\.\d{1,3}){3}|localhost|\[::1\])$/.test(hostname)) {
    throw new TypeError(`storage at ${hostname} must be reached over HTTPS`);
  }
  return true;
}

/** No answer before the deadline. Whether the call took effect is unknown. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

/** Runs `call` with a signal that aborts it at the deadline; rejects with `NoAnswer` then. */
export async function withDeadline<T>(
  what: string,
  deadlineMs: number,
  call: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const signal = AbortSignal.timeout(deadlineMs);
  try {
    return await call(signal);
  } catch (error) {
    if (!signal.aborted || statusOf(error) !== undefined) throw error;
    throw new NoAnswer(`${what}: no answer within ${deadlineMs} ms`, { cause: error });
  }
}

/** HTTP status of a service's error; undefined when there was no answer. */
export function statusOf(error: unknown): number | undefined {
  const status = (error as { statusCode?: unknown } | undefined)?.statusCode;
  return typeof status === 'number' ? status : undefined;
}

/** The service's or the system's error code, such as `TableNotFound` or `ECONNRESET`. */
export function codeOf(error: unknown): string | undefined {
  const shape = error as
    | { code?: unknown; details?: { odataError?: { code?: unknown }; errorCode?: unknown } }
    | undefined;
  const codes = [shape?.details?.odataError?.code, shape?.details?.errorCode, shape?.code];
  return codes.find((code) => typeof code === 'string');
}
