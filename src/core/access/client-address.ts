/** Where a request comes from, as the platform tells it. Pure. */

/**
 * The client's address, without its port: the last of `X-Forwarded-For`, which the platform appends; what stands before it is the
 * caller's own word. `unknown` where there is none.
 */
export function clientAddress(forwardedFor: string | undefined): string {
  const last = forwardedFor?.split(',').at(-1)?.trim() ?? '';
  const [, bracketed, dotted] = /^\[([^\]]*)\](?::\d+)?$|^([\d.]+)(?::\d+)?$/.exec(last) ?? [];
  const address = (bracketed ?? dotted ?? last).toLowerCase();
  return /^[\da-f.:]{2,45}$/.test(address) ? address : 'unknown';
}

/** What is counted as one: an address of IPv4, and of IPv6 its /64, all of which one subscriber has. */
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
