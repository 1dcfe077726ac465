/** What an answer or an exception of the Kubernetes API means, as a ClusterError. */
import { ClusterError, type ClusterErrorCode } from '../../ports/cluster.ts';

/** Messages are shown to users and stored with runs. */
const MESSAGE_MAX = 2_000;

/** The parts of a Kubernetes `Status` object that are used. */
type Status = {
  readonly message?: unknown;
  readonly details?: { readonly retryAfterSeconds?: unknown };
};

function parseStatus(body: string): Status | null {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? value : null;
  } catch {
    // A proxy's page, or an answer that was cut: the status code has to do.
    return null;
  }
}

function codeOf(status: number): ClusterErrorCode {
  switch (status) {
    case 404:
      return 'not_found';
    case 409:
      return 'conflict';
    case 408: // Request timeout: the server gave up, not the request.
    case 410: // A page of a list that expired.
    case 425:
    case 429:
      return 'unavailable';
    default:
      return status >= 400 && status < 500 ? 'refused' : 'unavailable';
  }
}

const cut = (text: string): string =>
  text.length > MESSAGE_MAX ? `${text.slice(0, MESSAGE_MAX)}…` : text;

/** An answer that is not 2xx. */
export function fromResponse(status: number, body: string): ClusterError {
  const message = parseStatus(body)?.message;
  const text =
    typeof message === 'string' && message !== ''
      ? message
      : `The cluster answered with HTTP status ${status}`;
  return new ClusterError(codeOf(status), status, cut(text));
}

/** Seconds after which to ask again, from the header or the Status, else null. */
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

/** Anything that was thrown: no answer came, or it could not be read. `what` is the sentence's start. */
export function fromException(error: unknown, what: string): ClusterError {
  if (error instanceof ClusterError) {
    return error;
  }
  const detail = error instanceof Error ? error.message : String(error);
  return new ClusterError('unavailable', 0, cut(`${what}: ${detail || codeText(error)}`), {
    cause: error,
  });
}

/** Whether it is a ClusterError with one of the codes. */
export const has = (error: unknown, ...codes: readonly ClusterErrorCode[]): boolean =>
  error instanceof ClusterError && codes.includes(error.code);
