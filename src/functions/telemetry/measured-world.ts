/**
 * A world whose calls of ports are measured: how long each one took and how it ended, and a span for it where the work
 * around it is not `quiet`. Messages of the queues carry the span in which they were sent. The engine knows nothing of it.
 */
import { readTraceparent } from '../../core/trace-context.ts';
import { type Cluster, ClusterError, type Clusters } from '../../ports/cluster.ts';
import { Conflict } from '../../ports/store.ts';
import type { Attributes, SpanOptions, Telemetry } from '../../ports/telemetry.ts';
import type { World } from '../../ports/world.ts';

/** Told of a service that refuses calls because there are too many. */
export type OnThrottled = (service: ServiceName) => void;
export type ServiceName = 'store' | 'blobs' | 'queue' | 'push' | 'cluster';

const TOO_MANY_REQUESTS = 429;
const UNAVAILABLE = 503;

/** How a call ended, in one word of a small set. */
function outcomeOf(error: unknown): 'conflict' | 'throttled' | 'error' | ClusterError['code'] {
  if (error instanceof Conflict) return 'conflict';
  const { status, statusCode, code } = (error ?? {}) as Readonly<Record<string, unknown>>;
  const number = status ?? statusCode;
  // Azure Storage says 503 `ServerBusy` when an account or a partition is at its limit.
  if (number === TOO_MANY_REQUESTS || (number === UNAVAILABLE && code === 'ServerBusy'))
    return 'throttled';
  return error instanceof ClusterError ? error.code : 'error';
}

/** Answers that are part of normal work. */
const EXPECTED = new Set(['conflict', 'not_found', 'not_ready']);

/** Calls of a port that are measured, each with what its span tells of the arguments. */
type Calls<P> = {
  readonly [M in keyof P]?: (...args: never[]) => Pick<SpanOptions, 'attributes' | 'link'>;
};

type Measure = <T>(
  service: ServiceName,
  operation: string,
  more: Pick<SpanOptions, 'attributes' | 'link'>,
  call: () => Promise<T>,
) => Promise<T>;

function measuring(telemetry: Telemetry, onThrottled: OnThrottled): Measure {
  return async (service, operation, more, call) => {
    const started = performance.now();
    const note = (outcome: string): void =>
      telemetry.record('sluice.dependency.duration', (performance.now() - started) / 1_000, {
        dependency: service,
        operation,
        outcome,
      });
    const measured = async () => {
      try {
        const result = await call();
        note('ok');
        return result;
      } catch (error) {
        const outcome = outcomeOf(error);
        note(outcome);
        if (outcome === 'throttled') onThrottled(service);
        throw error;
      }
    };
    const around = telemetry.current();
    if (around === undefined || around.quiet) return measured();
    const kind = operation === 'send' && service === 'queue' ? 'producer' : 'client';
    const { attributes } = more;
    let failure: { readonly error: unknown } | undefined;
    const result = await telemetry.span(
      `${service}.${operation}`,
      {
        ...more,
        parent: around.traceparent,
        kind,
        attributes: { dependency: service, ...attributes },
      },
      (span) =>
        measured().catch((error: unknown) => {
          // An expected answer is no failure of its span.
          const outcome = outcomeOf(error);
          if (!EXPECTED.has(outcome)) span.fail(outcome);
          else span.set({ outcome });
          failure = { error };
          return undefined;
        }),
    );
    if (failure) throw failure.error;
    return result as Awaited<ReturnType<typeof call>>;
  };
}

/** The same port; the named calls are measured. */
function measuredPort<P extends object>(
  measure: Measure,
  service: ServiceName,
  port: P,
  calls: Calls<P>,
): P {
  return new Proxy(port, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      const describe = (calls as Readonly<Record<PropertyKey, unknown>>)[name];
      if (typeof describe !== 'function') return value.bind(target) as unknown;
      return (...args: unknown[]) =>
        measure(
          service,
          String(name),
          describe(...args) as Pick<SpanOptions, 'attributes' | 'link'>,
          () => Reflect.apply(value, target, args) as Promise<unknown>,
        );
    },
  });
}

const nothing = () => ({});
const ofTable = (table: string) => ({ attributes: { table } });
const ofRun = (runId: string): { readonly attributes: Attributes } => ({
  attributes: { run_id: runId },
});

/** A Job's span also leads to the request that started its run, whichever process makes the Job. */
const ofManifest = ({ metadata }: Parameters<Cluster['createJob']>[0]) => {
  const link = metadata.annotations['traceparent'];
  return {
    attributes: { job: metadata.name },
    ...(readTraceparent(link) && { link }),
  };
};

function measuredClusters(measure: Measure, clusters: Clusters): Clusters {
  const known = new WeakMap<Cluster, Cluster>();
  return {
    has: (connection) => clusters.has(connection),
    connect(target) {
      const cluster = clusters.connect(target);
      const made =
        known.get(cluster) ??
        measuredPort(measure, 'cluster', cluster, {
          list: (runId?: string) => (runId === undefined ? {} : ofRun(runId)),
          createJob: ofManifest,
          createConfig: nothing,
          hasConfig: nothing,
          unsuspend: ({ name }: { readonly name: string }) => ({ attributes: { job: name } }),
          fence: nothing,
          deleteJob: ({ name }: { readonly name: string }) => ({ attributes: { job: name } }),
          deletePod: nothing,
          events: nothing,
        });
      known.set(cluster, made);
      return made;
    },
  };
}

/** Messages get the span in which they are sent; a build that does not know the field ignores it. */
function carrying<Q extends World['dispatchQueue']>(telemetry: Telemetry, queue: Q): Q {
  return new Proxy(queue, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      if (name !== 'send') return value.bind(target) as unknown;
      return (message: object, ...rest: unknown[]) => {
        const traceparent = telemetry.current()?.traceparent;
        const carried = traceparent === undefined ? message : { ...message, traceparent };
        return Reflect.apply(value, target, [carried, ...rest]) as unknown;
      };
    },
  });
}

/** The span that a message carries; undefined without one. */
export const sentIn = (message: unknown): string | undefined => {
  if (typeof message !== 'object' || message === null) return undefined;
  const { traceparent } = message as { readonly traceparent?: unknown };
  return readTraceparent(traceparent) && (traceparent as string);
};

export function measuredWorld(
  world: World,
  telemetry: Telemetry,
  onThrottled: OnThrottled = () => undefined,
): World {
  const measure = measuring(telemetry, onThrottled);
  const queue = <Q extends World['dispatchQueue']>(given: Q): Q =>
    measuredPort(measure, 'queue', carrying(telemetry, given), {
      send: ({ kind }: { readonly kind?: unknown }) => ({ attributes: { message: String(kind) } }),
      postpone: nothing,
      remove: nothing,
      waiting: nothing,
    } as Calls<Q>);
  return {
    ...world,
    store: measuredPort(measure, 'store', world.store, {
      read: ofTable,
      list: ofTable,
      hasRows: ofTable,
      commit: ofTable,
    }),
    blobs: measuredPort(measure, 'blobs', world.blobs, {
      put: nothing,
      get: nothing,
      remove: nothing,
    }),
    push: measuredPort(measure, 'push', world.push, {
      send: nothing,
      clientUrl: nothing,
      closeUser: nothing,
      count: nothing,
    }),
    queue: queue(world.queue),
    dispatchQueue: queue(world.dispatchQueue),
    clusters: measuredClusters(measure, world.clusters),
  };
}
