import { randomBytes, randomUUID } from 'node:crypto';
import type { InvocationRequest, InvocationResponse, RetryContext, TypedData } from './contract.ts';
import type { FunctionDefinition } from './definition.ts';
import { type Log, messageOf, stackOf } from './log.ts';

export type Call = {
  readonly definition: FunctionDefinition;
  readonly input: TypedData;
  /** Why it runs, for the log. */
  readonly reason: string;
  readonly triggerMetadata?: Readonly<Record<string, TypedData>>;
  /** Kept over the attempts of a retry policy. */
  readonly invocationId?: string;
  readonly retryContext?: RetryContext;
  /** W3C traceparent of the caller. */
  readonly traceParent?: string | undefined;
  /** Called when the function has succeeded: resolves when its answer is out. An invocation whose answer is not has failed. */
  readonly delivered?: () => Promise<void>;
};

export type Invoker = {
  /** Runs one invocation to its end. Rejects with what the function or a hook threw, or FunctionTimeout. */
  run(call: Call): Promise<InvocationResponse>;
  /** Resolves once nothing runs. */
  idle(): Promise<void>;
  running(): number;
};

/** The invocation took longer than host.json's functionTimeout. */
export class FunctionTimeout extends Error {
  override readonly name = 'FunctionTimeout';
  readonly invocationId: string;

  constructor(message: string, invocationId: string) {
    super(message);
    this.invocationId = invocationId;
  }
}

export type InvokerOptions = {
  /** Runs the app's code. */
  readonly perform: (
    definition: FunctionDefinition,
    request: InvocationRequest,
  ) => Promise<InvocationResponse>;
  readonly log: Log;
  readonly timeoutMs: number | undefined;
  /** Called after an invocation timed out; its code still runs, so the process should end. */
  readonly onTimeout: (error: FunctionTimeout) => void;
  /** Told the earliest time (epoch ms) at which a running invocation times out, 0 for none. */
  readonly onDeadline: (at: number) => void;
};

export function newTraceParent(): string {
  return `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-00`;
}

/** Rejects with FunctionTimeout when `work` is not done in time. */
async function withTimeout<T>(
  work: Promise<T>,
  timeoutMs: number | undefined,
  name: string,
  invocationId: string,
): Promise<T> {
  if (timeoutMs === undefined) {
    return work;
  }
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    const text = `Timeout value of ${timeoutMs} ms exceeded by function '${name}'`;
    // setTimeout takes 2^31-1 ms at most; a longer limit is as good as that one.
    const delay = Math.min(timeoutMs, 2 ** 31 - 1);
    timer = setTimeout(() => reject(new FunctionTimeout(text, invocationId)), delay);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

export function createInvoker(options: InvokerOptions): Invoker {
  const { log, timeoutMs } = options;
  /** Time of the deadline by a key per run; all have the same limit, so the first is the earliest. */
  const running = new Map<symbol, number>();
  let waiting: (() => void)[] = [];

  const changed = (): void => {
    options.onDeadline(timeoutMs === undefined ? 0 : (running.values().next().value ?? 0));
    if (running.size === 0) {
      for (const resolve of waiting) {
        resolve();
      }
      waiting = [];
    }
  };

  async function run(call: Call): Promise<InvocationResponse> {
    const { definition } = call;
    const invocationId = call.invocationId ?? randomUUID();
    const fields = { function: definition.name, invocationId };
    const category = `Function.${definition.name}`;
    const label = `'Functions.${definition.name}'`;
    const key = Symbol(invocationId);
    const started = performance.now();
    running.set(key, Date.now() + (timeoutMs ?? 0));
    changed();
    const text = `Executing ${label} (Reason='${call.reason}', Id=${invocationId})`;
    log('information', category, text, fields);
    const request: InvocationRequest = {
      invocationId,
      functionId: definition.metadata.functionId ?? definition.name,
      inputData: [{ name: definition.triggerName, data: call.input }],
      triggerMetadata: call.triggerMetadata ?? {},
      traceContext: { traceParent: call.traceParent ?? newTraceParent(), traceState: '' },
      ...(call.retryContext === undefined ? {} : { retryContext: call.retryContext }),
    };
    const end = (how: string): string =>
      `Executed ${label} (${how}, Id=${invocationId}, Duration=${Math.round(performance.now() - started)}ms)`;
    try {
      const response = await withTimeout(
        options.perform(definition, request).then(async (answer) => {
          await call.delivered?.();
          return answer;
        }),
        timeoutMs,
        definition.name,
        invocationId,
      );
      log('information', category, end('Succeeded'), fields);
      return response;
    } catch (error) {
      const details = { ...fields, ...stackOf(error) };
      log('error', category, `${end('Failed')}: ${messageOf(error)}`, details);
      if (error instanceof FunctionTimeout) {
        options.onTimeout(error);
      }
      throw error;
    } finally {
      running.delete(key);
      changed();
    }
  }

  return {
    run,
    running: () => running.size,
    idle: async () => {
      if (running.size > 0) {
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
    },
  };
}
