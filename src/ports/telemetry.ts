/**
 * What is told about the work of this process, for people who operate it. No call ever throws, waits for a collector, or
 * holds more than a bounded amount. Neither core nor engine nor API know it: `functions/` measures around them.
 */

/** Numbers, and words of small sets or ids: never text of callers, never secrets. */
export type Attributes = Readonly<Record<string, string | number | boolean>>;

export type SpanOptions = {
  readonly kind: 'server' | 'consumer' | 'producer' | 'client' | 'internal';
  readonly attributes?: Attributes;
  /** `traceparent` of the caller. Default: the span in which this one begins, if there is one. */
  readonly parent?: string | undefined;
  /** `traceparent` of what caused it: with a link and no parent it begins a trace of its own. */
  readonly link?: string | undefined;
  /** Calls inside it are measured, but no spans: for work that is long, or has many of them. */
  readonly quiet?: boolean;
};

export interface Span {
  /** By which the span is named to others. */
  readonly traceparent: string;
  set(attributes: Attributes): void;
  /** The work has failed, in a word such as the code of the error. */
  fail(word: string): void;
}

export interface Telemetry {
  /** Runs the work inside a new span, which ends with it. A rejection passes, and is noted by the name of its error. */
  span<T>(name: string, options: SpanOptions, work: (span: Span) => Promise<T>): Promise<T>;
  /** The span in which the caller runs; undefined outside of one. */
  current(): { readonly traceparent: string; readonly quiet: boolean } | undefined;
  /** One value of a distribution; seconds, unless its name says otherwise. */
  record(name: string, value: number, attributes?: Attributes): void;
  /** A value that is read whenever figures are sent. */
  observe(name: string, read: () => number): void;
  /** A line of the log, redacted already. */
  log(level: 'debug' | 'info' | 'warn' | 'error', message: string, fields: object): void;
  /** Sends what waits, for some seconds at most. Never rejects. */
  flush(): Promise<void>;
}
