/** Which request fails, and how: each service in its own words, all of it drawn from one seed. */

import { pick, type Random } from '../support/chaos.ts';
import {
  type Answer,
  BUSY,
  type Call,
  type Fate,
  type FaultProxy,
  startFaultProxy,
} from '../support/fault-proxy.ts';

export const SERVICES = ['table', 'queue', 'blob', 'webPubSub', 'kubernetes'] as const;
export type Service = (typeof SERVICES)[number];

/** Nobody answers, everybody is refused, or every connection breaks. */
export const OUTAGES = ['swallow', 'busy', 'reset'] as const;
export type Outage = (typeof OUTAGES)[number];

/** Of a hundred requests so many fail, beside the outages. */
const SHARE = 3;

const status = (code: number, reason: string, headers = {}): Answer => ({
  status: code,
  headers,
  body: JSON.stringify({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: `a fault of the test: ${reason}`,
    reason,
    code,
  }),
});
const AGAIN = { 'retry-after': '1' };

/** What each service says when it has too much to do, or does not want to. */
const REFUSALS: Readonly<Record<Service, readonly Answer[]>> = {
  table: [BUSY, { ...BUSY, status: 429, headers: { ...BUSY.headers, ...AGAIN } }],
  queue: [BUSY],
  blob: [BUSY],
  webPubSub: [
    { status: 503, headers: { 'x-ms-error-code': 'Error.ServiceUnavailable' }, body: '{}' },
    { status: 429, headers: { 'x-ms-error-code': 'Error.TooManyRequests', ...AGAIN }, body: '{}' },
  ],
  kubernetes: [
    status(429, 'TooManyRequests', AGAIN),
    status(500, 'InternalError'),
    status(503, 'ServiceUnavailable'),
    status(504, 'Timeout'),
  ],
};

/** Lost answers come most often: they are what a careless caller gets wrong. */
const FATES: readonly (Fate | 'busy')[] = [
  'busy',
  'busy',
  'reset',
  'lose',
  'lose',
  'lose',
  'break',
  'break',
  'pause',
  'forget',
];

/** The answer to a transaction of which this operation failed. */
const changeset = (inner: Answer): Answer => {
  const part = [
    '--batch',
    'Content-Type: multipart/mixed; boundary=change',
    '',
    '--change',
    'Content-Type: application/http',
    'Content-Transfer-Encoding: binary',
    '',
    `HTTP/1.1 ${inner.status} Precondition Failed`,
    'Content-Type: application/json',
    '',
    inner.body ?? '',
    '--change--',
    '--batch--',
    '',
  ];
  const headers = { 'content-type': 'multipart/mixed; boundary=batch' };
  return { status: 202, headers, body: part.join('\r\n') };
};

const MISMATCH: Answer = {
  status: 412,
  headers: { 'x-ms-error-code': 'UpdateConditionNotSatisfied' },
  body: JSON.stringify({
    'odata.error': {
      code: 'UpdateConditionNotSatisfied',
      message: { lang: 'en-US', value: '0:The update condition was not satisfied.' },
    },
  }),
};

/**
 * "Somebody else was first", where that may be said: nothing was carried out, and the caller reads again
 * before it writes. Undefined where it would be a lie that a correct caller has to believe.
 */
function conflictOf(service: Service, { method, headers, body }: Call): Answer | undefined {
  if (service === 'kubernetes' && method === 'PATCH') return status(409, 'Conflict');
  if (service !== 'table') return undefined;
  const inside = /^If-Match: (?!\*)/im.test(body.toString('latin1'));
  if (inside) return changeset(MISMATCH);
  const etag = headers['if-match'];
  return etag !== undefined && etag !== '*' ? MISMATCH : undefined;
}

export class Faults {
  readonly proxies = new Map<Service, FaultProxy>();
  readonly #random: Random;
  readonly #outages = new Map<Service, Outage>();
  #share = 0;
  /** How often which fault was met, by its name. */
  readonly counts = new Map<string, number>();

  constructor(random: Random) {
    this.#random = random;
  }

  /** Puts a proxy before a service; gives its address. Until `rage` it only passes things on. */
  async before(service: Service, url: string): Promise<string> {
    const proxy = await startFaultProxy(url, (call) => {
      const fate = this.#fate(service, call);
      if (fate !== 'pass') this.#count(service, fate);
      return fate;
    });
    this.proxies.set(service, proxy);
    return proxy.url;
  }

  #count(service: Service, fate: Fate): void {
    const name = `${service} ${typeof fate === 'string' ? fate : fate.status}`;
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
  }

  #fate(service: Service, call: Call): Fate {
    const outage = this.#outages.get(service);
    if (outage !== undefined)
      return outage === 'busy' ? pick(this.#random, REFUSALS[service]) : outage;
    if (this.#random() * 100 >= this.#share) return 'pass';
    const conflict = conflictOf(service, call);
    if (conflict !== undefined && this.#random() < 0.4) return conflict;
    const fate = pick(this.#random, FATES);
    return fate === 'busy' ? pick(this.#random, REFUSALS[service]) : fate;
  }

  /** From now on a share of all requests fails. */
  rage(): void {
    this.#share = SHARE;
  }

  /** No more faults; what is frozen stays so. */
  calm(): void {
    this.#share = 0;
    this.#outages.clear();
  }

  fail(service: Service, outage: Outage): void {
    this.#outages.set(service, outage);
    if (outage === 'reset') this.proxies.get(service)?.cut();
  }

  mend(service: Service): void {
    this.#outages.delete(service);
  }

  async close(): Promise<void> {
    for (const proxy of this.proxies.values()) await proxy.close();
  }
}
