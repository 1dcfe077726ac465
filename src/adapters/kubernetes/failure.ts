/** Turns answers and exceptions of the Kubernetes API into ClusterErrors. */
import { shorten } from '../../core/shorten.ts';
import { ClusterError, type ClusterErrorCode } from '../../ports/cluster.ts';

/** Messages are shown to users and stored with runs. */
const MESSAGE_MAX = 2_000;

/** The parts of a Kubernetes `Status` object that are used. */
type Status = {
  readonly kind: 'Status';
  readonly message?: unknown;
  readonly details?: { readonly retryAfterSeconds?: unknown };
};

/** Null for a body that the API server did not write, such as a proxy's page, and for a truncated one. */
function parseStatus(body: string): Status | null {
  try {
    const value: unknown = JSON.parse(body);
    const isStatus = typeof value === 'object' && value !== null && 'kind' in value;
    return isStatus && value.kind === 'Status' ? (value as Status) : null;
  } catch {
    return null;
  }
}

/**
 * A 403 that is not about the object: from the authorizer (`ForbiddenMessage` of the API server), or from the
 * admission of namespaces. The object's name comes before the first colon and cannot contain one; messages of
 * admission webhooks and policies come after it, whatever they quote.
 */
const TARGET_FORBIDS =
  /^[^:]*\bforbidden: (?:User "(?:[^"\\]|\\.)*" cannot |[^:]*\bbecause it is being terminated)/;

function codeOf(status: number, said: Status | null): ClusterErrorCode {
  switch (status) {
    case 401:
      return 'denied';
    case 403:
      return said === null || TARGET_FORBIDS.test(String(said.message)) ? 'denied' : 'refused';
    case 413: // From the API server or a proxy: about this request, and final.
      return 'refused';
    case 408: // Request timeout: the server gave up; the request itself is fine.
    case 410: // A page of a list that expired.
    case 425:
    case 429:
      return 'unavailable';
  }
  // A 4xx without a Status is a proxy's, and says nothing about the object.
  if (status < 400 || status > 499 || said === null) return 'unavailable';
  if (status === 404) return 'not_found';
  return status === 409 ? 'conflict' : 'refused';
}

/** An answer that is not 2xx. */
export function fromResponse(status: number, body: string): ClusterError {
  const said = parseStatus(body);
  const message = said?.message;
  const text =
    typeof message === 'string' && message !== ''
      ? message
      : `The cluster answered with HTTP status ${status}`;
  return new ClusterError(codeOf(status, said), status, shorten(text, MESSAGE_MAX));
}

/** Seconds to wait before a retry, from the header or the Status; null without either. */
export function retryAfterSeconds(header: unknown, body: string): number | null {
  const value = header ?? parseStatus(body)?.details?.retryAfterSeconds;
  const seconds =
    typeof value === 'string' || typeof value === 'number' ? Number(value) : Number.NaN;
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : null;
}

/** The system's or undici's code of an error, such as `ECONNRESET`; empty without one. */
export const codeText = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

/** The connection could not be made because the cluster's certificate is not trusted. */
export function isCertificateError(error: unknown): boolean {
  return /CERT|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER/.test(codeText(error));
}

/** For anything that was thrown: no answer came, or it could not be read. `what` begins the message. */
export function fromException(error: unknown, what: string): ClusterError {
  if (error instanceof ClusterError) {
    return error;
  }
  const detail = error instanceof Error ? error.message : String(error);
  return new ClusterError(
    'unavailable',
    0,
    shorten(`${what}: ${detail || codeText(error)}`, MESSAGE_MAX),
    {
      cause: error,
    },
  );
}

/** Whether it is a ClusterError with one of the codes. */
export const has = (error: unknown, ...codes: readonly ClusterErrorCode[]): boolean =>
  error instanceof ClusterError && codes.includes(error.code);

/** Creating an object in a namespace that does not exist is a 404, and no retry helps. */
export function refusedWithoutNamespace(error: unknown): unknown {
  return error instanceof ClusterError && error.code === 'not_found'
    ? new ClusterError('refused', error.status, error.message, { cause: error })
    : error;
}
