/** What screens read from their addresses, which people write and shorten by hand. */

type Raw = Readonly<Record<string, unknown>>;

/**
 * A reader for `validateSearch`, of which what it leaves out is gone. The router puts what is read over the raw address, so that a key left
 * out would come back as it was written: it is given as undefined, which also takes it out of the address.
 */
export const only =
  <T extends object>(read: (search: Raw) => T) =>
  (search: Raw): T => ({
    ...Object.fromEntries(Object.keys(search).map((key) => [key, undefined])),
    ...read(search),
  });

/** The `domain` of an address: that of the caller where there is none. */
export const domainIn = (search: Raw): { domain?: string } =>
  typeof search['domain'] === 'string' && search['domain'] !== ''
    ? { domain: search['domain'] }
    : {};
