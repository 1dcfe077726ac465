/** Sources of a run's events. */
import type { EventPage } from '../../core/events/event.ts';
import type { Runtime } from '../runtime.ts';
import type { Push } from './push.ts';

export type EventsQuery = {
  readonly after?: number;
  /** Events at most, 1 to 1,000. */
  readonly limit?: number;
  /** Seconds to wait for an event when there is none, at most 25. */
  readonly wait?: number;
  readonly signal?: AbortSignal;
};

export type Transports = {
  readonly events: (runId: string, query: EventsQuery) => Promise<EventPage>;
  /** Reads the event stream until the server ends it; calls `onOpen` when it is open. */
  readonly stream: (
    runId: string,
    after: number,
    signal: AbortSignal,
    onOpen: () => void,
    onValue: (value: unknown) => void,
  ) => Promise<void>;
  readonly push: Push | undefined;
  readonly runtime: Runtime;
};
