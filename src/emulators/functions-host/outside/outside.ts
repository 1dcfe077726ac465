/** A host that other machines reach: what it takes from them, and what stays inside. */
import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';

export type Outside = {
  /** WebSocket requests whose path begins so go on to this port of the machine. */
  readonly sockets: { readonly prefix: string; readonly port: number };
  /** Paths that are answered also when the host is full. */
  readonly probes: readonly string[];
  /** Networks (CIDR) of proxies, whose word for a caller's address is taken. */
  readonly trustedProxies: readonly string[];
};

/** Without the form that IPv4 takes on a socket of IPv6. */
const plain = (address: string | undefined): string =>
  (address ?? '').replace(/^::ffff:(?=\d+\.)/i, '');

/** Whether the other end of the connection is this machine. */
export const isFromHere = ({ socket }: IncomingMessage): boolean =>
  /^(127\.|::1$)/.test(plain(socket.remoteAddress));

/** Throws for a network that is none, such as a host name. */
export function networksOf(cidrs: readonly string[]): BlockList {
  const list = new BlockList();
  for (const cidr of cidrs) {
    const [address = '', bits = ''] = cidr.split('/');
    const version = isIP(address);
    if (version === 0 || !/^\d{1,3}$/.test(bits)) {
      throw new Error(`'${cidr}' is no network such as 10.0.0.0/8`);
    }
    list.addSubnet(address, Number(bits), version === 4 ? 'ipv4' : 'ipv6');
  }
  return list;
}

/** Azure's front end sets them for the app, and removes what callers wrote. */
const PLATFORM = /^x-ms-(?:client-principal|token-)/;

/**
 * Makes the headers what the front end of Azure would: the last entry of `X-Forwarded-For` is the caller's address, and nobody
 * signs in by a header. The app believes both.
 */
export function ownHeaders(request: IncomingMessage, trusted: BlockList): void {
  const { headers, headersDistinct } = request;
  for (const name of Object.keys(headers).filter((each) => PLATFORM.test(each))) {
    delete headers[name];
    delete headersDistinct[name];
  }
  const address = plain(request.socket.remoteAddress);
  const version = isIP(address);
  const told = headersDistinct['x-forwarded-for'] ?? [];
  const isProxy = version !== 0 && trusted.check(address, version === 4 ? 'ipv4' : 'ipv6');
  if (isProxy && told.length > 0) return;
  const chain = [...told, address].join(', ');
  headers['x-forwarded-for'] = chain;
  headersDistinct['x-forwarded-for'] = [chain];
  if (isProxy) return;
  // Only a proxy can tell that TLS has ended there.
  delete headers['x-forwarded-proto'];
  delete headersDistinct['x-forwarded-proto'];
}
