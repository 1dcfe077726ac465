/** The client's address, from the headers that the platform sets. Pure. */

/**
 * The client's address without its port: the last entry of `X-Forwarded-For`, which the platform appends. Entries before it come
 * from the client and cannot be trusted. `unknown` without the header.
 */
export function clientAddress(forwardedFor: string | undefined): string {
  const last = forwardedFor?.split(',').at(-1)?.trim() ?? '';
  const [, bracketed, dotted] = /^\[([^\]]*)\](?::\d+)?$|^([\d.]+)(?::\d+)?$/.exec(last) ?? [];
  const address = (bracketed ?? dotted ?? last).toLowerCase();
  return /^[\da-f.:]{2,45}$/.test(address) ? address : 'unknown';
}

/** The unit that limits count by: an IPv4 address, or the /64 of an IPv6 address, which belongs to one subscriber. */
export function networkOf(address: string): string {
  const mapped = /^::ffff:([\d.]+)$/.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.split('::').map((part) => part.split(':'));
  const groups = typeof head === 'string' ? [head] : head;
  const missing = tail === undefined ? 0 : Math.max(0, 8 - groups.length - tail.length);
  const all = [...groups, ...Array<string>(missing).fill('0'), ...(tail ?? [])];
  return `${all
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, '') || '0')
    .join(':')}::/64`;
}
