/** The `domain` of an address: that of the caller where there is none. */
export const domainIn = (search: Readonly<Record<string, unknown>>): { domain?: string } =>
  typeof search['domain'] === 'string' && search['domain'] !== ''
    ? { domain: search['domain'] }
    : {};
