/** Services and context that every route has. */
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { MiddlewareHandler } from 'hono';
import type { AuditEntry } from '../core/access/audit.ts';
import type { RateRule } from '../core/access/rate-limit.ts';
import type { Scope } from '../core/access/scopes.ts';
import type { SignInRules } from '../core/access/sign-in.ts';
import type { Caller } from '../core/access/token.ts';
import type { ErrorCode } from '../core/errors.ts';
import type { JsonTree } from '../core/json/text.ts';
import type { Run } from '../core/runs/run.ts';
import type { Authenticator } from '../engine/access/authenticator.ts';
import type { Log, World } from '../ports/world.ts';

/** A file of the documentation page. */
export type Asset = { readonly bytes: Uint8Array<ArrayBuffer>; readonly contentType: string };

/** A file of the page. */
export type PageFile = Asset & {
  /** The same bytes, packed; undefined where that saves nothing. */
  readonly gzip: Uint8Array<ArrayBuffer> | undefined;
  /** Its name changes with its content. */
  readonly immutable: boolean;
};

export type SignIn = SignInRules & {
  /** Address of the provider. */
  readonly issuer: string;
  /** How browsers sign in; undefined where only workloads do. */
  readonly browser: { readonly clientId: string; readonly scope: string } | undefined;
  /** The platform in front of the app signs people in, and removes their headers from what callers send. */
  readonly platform: boolean;
};

export type ApiSettings = {
  /** The first admin token; only its hash is compared, and it is stored nowhere. */
  readonly adminToken?: string;
  /** What people and workloads may do who sign in; undefined where nobody does. */
  readonly signIn?: SignIn;
  /** Serves without tokens. Only for one machine: demands a loopback Host, no foreign Origin, JSON. */
  readonly openMode: boolean;
  /** Origins whose pages may call; exact, such as `https://runs.example.org`. Empty: none. */
  readonly corsOrigins: readonly string[];
  readonly rateLimit: RateRule;
  /**
   * Where callers reach Web PubSub behind the app's own address: `http://` or `https://`, or `request` for the address of each
   * request. Without it Web PubSub has an address of its own.
   */
  readonly publicUrl?: string;
  /** Endpoint of Web PubSub, as an address with http or https. */
  readonly webPubSub: string;
  /** Files of the page by their path below `/ui/`; undefined when there is no such file. */
  pageFile(path: string): Promise<PageFile | undefined>;
  /** Files of swagger-ui-dist by name; undefined when there is no such file. */
  assets(name: string): Promise<Asset | undefined>;
};

/** What a request changes. */
export type Subject = { readonly domain: string; readonly kind: string; readonly id: string };

/** An entry of the audit log on its way into storage. */
export type BegunEntry = {
  readonly entry: AuditEntry;
  readonly key: string;
  readonly stored: Promise<boolean>;
};

export type ApiEnv = {
  Variables: {
    /** Correlation id of the request. */
    requestId: string;
    log: Log;
    /** Set by `guard`. */
    caller: Caller;
    /** In its place for drivers: the run whose token was sent. */
    driver: Run;
    /** What the request changes, for the audit log; set by `about`. */
    subject: Subject | undefined;
    /** Begins to store the entry of the audit log; set by `audited`. */
    begin: (status: number) => void;
    begun: BegunEntry | undefined;
    /** The request changes nothing, whatever its method: the audit log has no entry of it. */
    changesNothing: true | undefined;
    /** Code of the refusal or fault that is answered. */
    code: ErrorCode | undefined;
    /** Set with `caller`: whether its token is still valid, for long answers. Never rejects. */
    stillAllowed: () => Promise<boolean>;
    /** The body as it was written, where a route reads one. */
    sent: JsonTree;
  };
};

export type Api = OpenAPIHono<ApiEnv>;

export type Services = {
  readonly world: World;
  readonly settings: ApiSettings;
  readonly tokens: Authenticator;
  /** Admits only callers with this scope, within their rate. */
  guard(scope: Scope): MiddlewareHandler<ApiEnv>;
};
