import { randomUUID } from 'node:crypto';
import type { InvocationResponse, RetryOptions } from '../contract.ts';
import type { Call, Invoker } from '../invoker.ts';
import { FunctionTimeout } from '../invoker.ts';
import { messageOf, stackOf } from '../log.ts';
import { sleep } from '../process/sleep.ts';

/** Pause before the retry of this number (from 1), in milliseconds; `jitter` is 0 to 1. */
export function retryDelay(policy: RetryOptions, retry: number, jitter: number): number {
  if (policy.retryStrategy !== 'exponentialBackoff') {
    return (policy.delayInterval?.seconds ?? 0) * 1000;
  }
  const least = (policy.minimumInterval?.seconds ?? 0) * 1000;
  const most = Math.max((policy.maximumInterval?.seconds ?? 0) * 1000, least);
  const factor = 2 ** Math.min(retry - 1, 30) * (0.8 + 0.4 * jitter);
  return Math.min(Math.max(least * factor, least), most);
}

/**
 * Runs a call under its function's retry policy. Every attempt keeps the invocation id and carries
 * `retryContext`, counted from 0. Rejects with the last attempt's error. Once `signal` is aborted no
 * further attempt begins.
 */
export async function runWithRetry(
  invoker: Invoker,
  call: Call,
  signal: AbortSignal,
): Promise<InvocationResponse> {
  const policy = call.definition.metadata.retryOptions;
  if (policy === undefined) {
    return invoker.run(call);
  }
  const invocationId = call.invocationId ?? randomUUID();
  const maxRetryCount = policy.maxRetryCount ?? 0;
  let failure: unknown;
  for (let retryCount = 0; ; retryCount += 1) {
    const exception =
      retryCount === 0
        ? {}
        : {
            exception: {
              message: messageOf(failure),
              source: '',
              stackTrace: stackOf(failure).stack ?? '',
            },
          };
    try {
      const retryContext = { retryCount, maxRetryCount, ...exception };
      return await invoker.run({ ...call, invocationId, retryContext });
    } catch (error) {
      const isLast = maxRetryCount >= 0 && retryCount >= maxRetryCount;
      if (isLast || signal.aborted || error instanceof FunctionTimeout) {
        throw error;
      }
      failure = error;
    }
    await sleep(retryDelay(policy, retryCount + 1, Math.random()), signal);
    if (signal.aborted) {
      throw failure;
    }
  }
}
