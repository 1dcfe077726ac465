/**
 * Faults for any port: a proxy that fails a call before it happens, after it happened, or never
 * answers, as a plan decides call by call; and a hook on both sides of every call, where a test's
 * scheduler can let others go first.
 */

export type Fault =
  /** The call happens and its answer arrives. */
  | 'none'
  /** Rejects; the call has not happened. */
  | 'before'
  /** The call happens, then rejects all the same. */
  | 'after'
  /** Never settles (unless the caller aborts its signal); the call has not happened. Same as a crash of the caller before the call. */
  | 'hang'
  /** The call happens, and its answer never arrives. */
  | 'hang-after';

/**
 * Decides about one call. For a stream it is asked under the method's name when reading begins
 * (`after` then means: rejects in place of the end), and under `<method>.chunk` with the chunk's
 * index and the call's arguments for every chunk (`before`: the chunk is lost, `after`: delivered first).
 */
export type FaultPlan = (method: string, args: readonly unknown[]) => Fault;

/** Awaited before and after every real call, also before and after every chunk of a stream. */
export type CallHook = (
  method: string,
  phase: 'before' | 'after',
  args: readonly unknown[],
) => Promise<void> | void;

export type FaultOptions = {
  readonly onCall?: CallHook;
  /** Methods that return an AsyncIterable. */
  readonly streams?: readonly string[];
  /** Methods that synchronously return another port, which gets the same faults. */
  readonly factories?: readonly string[];
  /** Methods that cannot fail, passed through. */
  readonly plain?: readonly string[];
};

export class InjectedFault extends Error {
  override readonly name = 'InjectedFault';
  constructor(method: string, fault: Fault) {
    super(`injected fault ${fault} ${method}`);
  }
}

type Method = (...args: unknown[]) => unknown;

/** Settles only when the caller gives up by an AbortSignal of its own, as every real adapter does. */
const never = (args: readonly unknown[]) =>
  new Promise<never>((_resolve, reject) => {
    for (const arg of args) {
      const signal =
        arg instanceof AbortSignal ? arg : (arg as { signal?: unknown } | null)?.signal;
      if (!(signal instanceof AbortSignal)) continue;
      const abort = () => reject(signal.reason as Error);
      if (signal.aborted) abort();
      else signal.addEventListener('abort', abort, { once: true });
    }
  });

/** The port with faults. Every method not named in the options is taken for one that returns a promise. */
export function withFaults<Port extends object>(
  port: Port,
  plan: FaultPlan,
  options: FaultOptions = {},
): Port {
  const {
    streams = ['readLog', 'watchPods'],
    factories = ['connect'],
    plain = ['now', 'sleep'],
  } = options;
  const made = new WeakMap<object, object>();

  const wrap = (name: string, method: Method): Method => {
    if (plain.includes(name)) return method;
    if (streams.includes(name)) return (...args) => stream(name, method, args, plan, options);
    if (!factories.includes(name)) return (...args) => call(name, method, args, plan, options);
    return (...args) => {
      const inner = method(...args) as object;
      const outer = made.get(inner) ?? withFaults(inner, plan, options);
      made.set(inner, outer);
      return outer;
    };
  };

  return new Proxy(port, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function' || typeof name !== 'string') return member;
      return wrap(name, (member as Method).bind(target));
    },
  });
}

async function call(
  name: string,
  method: Method,
  args: unknown[],
  plan: FaultPlan,
  { onCall }: FaultOptions,
): Promise<unknown> {
  await onCall?.(name, 'before', args);
  const fault = plan(name, args);
  if (fault === 'before') throw new InjectedFault(name, fault);
  if (fault === 'hang') return never(args);
  try {
    const result = await method(...args);
    if (fault === 'after') throw new InjectedFault(name, fault);
    if (fault === 'hang-after') return await never(args);
    return result;
  } finally {
    await onCall?.(name, 'after', args);
  }
}

async function* stream(
  name: string,
  method: Method,
  args: unknown[],
  plan: FaultPlan,
  { onCall }: FaultOptions,
): AsyncGenerator {
  await onCall?.(name, 'before', args);
  const fault = plan(name, args);
  if (fault === 'before') throw new InjectedFault(name, fault);
  if (fault === 'hang') await never(args);
  try {
    let index = 0;
    for await (const chunk of method(...args) as AsyncIterable<unknown>) {
      yield* deliver(`${name}.chunk`, chunk, [index, ...args], plan, onCall);
      index += 1;
    }
    if (fault === 'after') throw new InjectedFault(name, fault);
    if (fault === 'hang-after') await never(args);
  } finally {
    await onCall?.(name, 'after', args);
  }
}

async function* deliver(
  name: string,
  chunk: unknown,
  args: unknown[],
  plan: FaultPlan,
  onCall: CallHook | undefined,
): AsyncGenerator {
  await onCall?.(name, 'before', args);
  const fault = plan(name, args);
  if (fault === 'before') throw new InjectedFault(name, fault);
  if (fault === 'hang') await never(args);
  yield chunk;
  if (fault === 'after') throw new InjectedFault(name, fault);
  if (fault === 'hang-after') await never(args);
  await onCall?.(name, 'after', args);
}
