/** Which addresses are of the public internet: what is fetched for callers comes from nowhere else. */
import { lookup as resolve } from 'node:dns';
import { BlockList, isIPv4, type LookupFunction } from 'node:net';

/** Private, local, shared, documented and reserved ranges, and multicast (RFC 6890). */
const CLOSED = new BlockList();
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const)
  CLOSED.addSubnet(net, bits, 'ipv4');
/** Of IPv6 only what is given out is public, without its translated and documented parts. */
const OPEN6 = new BlockList();
OPEN6.addSubnet('2000::', 3, 'ipv6');
for (const [net, bits] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
] as const)
  CLOSED.addSubnet(net, bits, 'ipv6');

export const isPublic = (address: string): boolean =>
  isIPv4(address)
    ? !CLOSED.check(address)
    : OPEN6.check(address, 'ipv6') && !CLOSED.check(address, 'ipv6');

/** Resolves names as Node does, and fails where one address of the answer is not public: a name may be pointed anywhere. */
export const publicLookup: LookupFunction = (host, options, done) =>
  resolve(host, { ...options, all: true }, (error, found) => {
    const closed = found?.find(({ address }) => !isPublic(address));
    const [first] = found ?? [];
    if (error) done(error, '', 0);
    else if (closed || !first) done(new Error(`${host} has no public address`), '', 0);
    else if (options.all) done(null, found);
    else done(null, first.address, first.family);
  });
