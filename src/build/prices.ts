/**
 * List prices in US dollars, for the table of costs in `infra/README.md`. They change, and differ by region: look yours up.
 * `checked`: where and when the price was read; without it, it is one that is well known and was not looked up again.
 */
export const PRICES = {
  /** Functions, plan Flex Consumption, on demand. */
  gigabyteSecond: { usd: 0.000026, checked: 'a page of 2025-05' },
  gigabyteSecondsFree: { amount: 100_000 },
  millionExecutions: { usd: 0.4 },
  executionsFree: { amount: 250_000 },
  /** The same for an instance that is always ready: while it does nothing. */
  readyGigabyteSecond: { usd: 0.000004 },
  /** A month of one Standard unit of Web PubSub, and a million messages above those that are in it each day. */
  webPubSubUnit: { usd: 49, checked: '2026-08' },
  webPubSubMillion: { usd: 1 },
  webPubSubMessagesFree: { amount: 1_000_000 },
  /** Storage, zone redundant; the single zone of `cheap` costs about a fifth less. */
  tableTenThousand: { usd: 0.00036 },
  blobWritesTenThousand: { usd: 0.07 },
  storedGigabyte: { usd: 0.056 },
  /** Log Analytics: a gigabyte taken. */
  logGigabyte: { usd: 2.3 },
  logGigabytesFree: { amount: 5 },
  /** A month each. */
  natGateway: { usd: 32.85 },
  publicAddress: { usd: 3.65 },
  privateEndpoint: { usd: 7.3 },
  privateZone: { usd: 0.5 },
} as const satisfies Readonly<
  Record<string, { readonly usd: number; readonly checked?: string } | { readonly amount: number }>
>;

/** When this table was put together. */
export const PRICES_OF = '2026-11-29';
