/**
 * The contract between the `@azure/functions` library (model v4) and its host: what the library
 * expects from the module `@azure/functions-core`, which only a Functions worker provides.
 * Source: src/ of @azure/functions 4.16 and of the Node worker (Azure/azure-functions-nodejs-worker).
 */

/** A value on its way between host and library; exactly one member is set. */
export type TypedData = {
  string?: string;
  json?: string;
  bytes?: Uint8Array;
  int?: number;
  double?: number;
  http?: HttpData;
};

export type Nullable<T> = { value?: T | null };

export type HttpCookie = {
  name?: string | null;
  value?: string | null;
  domain?: Nullable<string> | null;
  path?: Nullable<string> | null;
  expires?: Nullable<{ seconds?: number; nanos?: number }> | null;
  secure?: Nullable<boolean> | null;
  httpOnly?: Nullable<boolean> | null;
  sameSite?: 'none' | 'lax' | 'strict' | 'explicitNone' | null;
  maxAge?: Nullable<number> | null;
};

/** An HTTP request (url, method, nullable…) or an HTTP response (statusCode, headers, cookies). */
export type HttpData = {
  method?: string;
  url?: string;
  nullableHeaders?: Record<string, Nullable<string>>;
  nullableParams?: Record<string, Nullable<string>>;
  nullableQuery?: Record<string, Nullable<string>>;
  identities?: readonly unknown[];
  statusCode?: string | null;
  headers?: Record<string, string> | null;
  cookies?: readonly HttpCookie[] | null;
  enableContentNegotiation?: boolean | null;
  body?: TypedData | null;
};

export type Binding = {
  readonly type: string;
  readonly direction?: string;
  readonly name?: string;
  readonly [option: string]: unknown;
};

export type Duration = { readonly seconds: number };

/** Durations reach the host rounded to whole seconds. `maxRetryCount` -1 means for ever. */
export type RetryOptions = {
  readonly maxRetryCount?: number;
  readonly retryStrategy?: 'fixedDelay' | 'exponentialBackoff';
  readonly delayInterval?: Duration;
  readonly minimumInterval?: Duration;
  readonly maximumInterval?: Duration;
};

export type FunctionMetadata = {
  readonly name: string;
  readonly functionId?: string;
  readonly bindings: Readonly<Record<string, Binding>>;
  readonly retryOptions?: RetryOptions | undefined;
};

export type FunctionCallback = (...inputs: unknown[]) => unknown;

export type RetryContext = {
  readonly retryCount: number;
  readonly maxRetryCount: number;
  readonly exception?: {
    readonly message: string;
    readonly source: string;
    readonly stackTrace: string;
  };
};

export type InvocationRequest = {
  readonly invocationId: string;
  readonly functionId: string;
  readonly inputData: readonly { readonly name: string; readonly data: TypedData }[];
  readonly triggerMetadata: Readonly<Record<string, TypedData>>;
  readonly traceContext?: { readonly traceParent: string; readonly traceState: string };
  readonly retryContext?: RetryContext;
};

export type InvocationResponse = {
  readonly invocationId?: string;
  readonly outputData?: readonly { readonly name: string; readonly data: TypedData }[];
  readonly returnValue?: TypedData | null | undefined;
};

export type LogLevel =
  | 'trace'
  | 'debug'
  | 'information'
  | 'warning'
  | 'error'
  | 'critical'
  | 'none';
export type LogCategory = 'user' | 'system' | 'customMetric';

export type CoreInvocationContext = {
  readonly invocationId: string;
  readonly request: InvocationRequest;
  readonly metadata: FunctionMetadata;
  state?: 'preInvocationHooks' | 'invocation' | 'postInvocationHooks';
  log(level: LogLevel, category: LogCategory, message: string): void;
};

export type InvocationModel = {
  getArguments(): Promise<{ context: unknown; inputs: unknown[] }>;
  invokeFunction(context: unknown, inputs: unknown[], callback: FunctionCallback): Promise<unknown>;
  getResponse(context: unknown, result: unknown): Promise<InvocationResponse>;
};

export type ProgrammingModel = {
  readonly name: string;
  readonly version: string;
  getInvocationModel(context: CoreInvocationContext): InvocationModel;
  getCapabilities?(capabilities: Record<string, string>): Promise<Record<string, string>>;
};

export type HookName = 'appStart' | 'appTerminate' | 'preInvocation' | 'postInvocation' | 'log';
export type HookCallback = (context: Record<string, unknown>) => unknown;
