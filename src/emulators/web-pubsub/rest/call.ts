/** One REST request as its operation sees it, and the answers there are. */

import type { FaultPlan } from '../faults.ts';
import type { Hub } from '../hub.ts';
import type { Exchange } from '../sockets/exchange.ts';
import type { Tokens } from '../token.ts';

/** Source: the Swagger description of the `hub` parameter. */
export const HUB_NAME = /^[A-Za-z][A-Za-z0-9_`,.[\]]{0,127}$/;

export type Context = {
  readonly exchange: Exchange;
  readonly tokens: Tokens;
  readonly plan: FaultPlan;
};

export type Call = Context & {
  readonly hub: Hub;
  readonly hubName: string;
  /** Decoded path parameters. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** `http://host/path` of the request, as the client wrote it. */
  readonly address: string;
  readonly contentType: string;
  readonly body: Buffer;
};

export type Reply = {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
};

/** A refusal; the body is flat, and its code is repeated in a header. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    message: string,
    more: { readonly code?: string; readonly headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(message);
    this.status = status;
    this.code = more.code ?? `Error.${CODES[status] ?? 'InternalServerError'}`;
    this.headers = more.headers ?? {};
  }
}

const CODES: Readonly<Record<number, string>> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  413: 'RequestEntityTooLarge',
  415: 'UnsupportedMediaType',
  429: 'TooManyRequests',
  503: 'ServiceUnavailable',
};
