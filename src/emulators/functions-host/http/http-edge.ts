/** What the web server of the real host (Kestrel) refuses before any function is looked for. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

/** Kestrel's limits, which the host leaves as they are; that of all headers is the server's own option. */
const REQUEST_LINE_BYTES = 8_192;
const HEADERS_MAX = 100;
export const HEADER_BYTES_MAX = 32_768;
/** Above this the library's server in the worker, which is Node's, takes no headers, unless an option of Node says so. */
export const WORKER_HEADER_BYTES_MAX = 16_384;

/** Node gives each byte of a header as a character. */
// oxlint-disable-next-line no-control-regex -- control characters are ASCII too
export const beyondAscii = (text: string): boolean => /[^\x00-\x7f]/.test(text);

const strictUtf8 = new TextDecoder('utf-8', { fatal: true });

function isUtf8(text: string): boolean {
  try {
    strictUtf8.decode(Buffer.from(text, 'latin1'));
    return true;
  } catch {
    return false;
  }
}

/** Status with which the request is refused. */
export function refusalOf({ method, url = '', rawHeaders }: IncomingMessage): number | undefined {
  if (`${method} ${url} HTTP/1.1\r\n`.length > REQUEST_LINE_BYTES) {
    return 414;
  }
  if (rawHeaders.length > 2 * HEADERS_MAX) {
    return 431;
  }
  const isBroken = rawHeaders.some((text) => beyondAscii(text) && !isUtf8(text));
  return isBroken || /%00/.test(url.split('?')[0] ?? '') ? 400 : undefined;
}

/** Answers what Node's parser refuses. An unknown method is 404, as it matches no function. */
export function answerBroken(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const status = STATUS[error.code ?? ''] ?? '400 Bad Request';
  socket.end(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
}

const STATUS: Readonly<Record<string, string>> = {
  HPE_INVALID_METHOD: '404 Not Found',
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};
