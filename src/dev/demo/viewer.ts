/** One of the demo's watchers: a client of its own with a connection of its own. */

import { createClient, type RunEvent } from '../../client/index.ts';
import { DRIVER_CONTAINER } from '../../core/names.ts';

export type Viewer = {
  readonly name: string;
  /** Lines of the driver as they came. */
  readonly lines: string[];
  readonly events: RunEvent[];
  /** Milliseconds from a line's time at the cluster to its arrival, of those printed since the viewer is live. */
  readonly behind: number[];
  /** When it became live for the first time, in milliseconds of the epoch. */
  liveSince: number | null;
  /** How often it became live again. */
  reconnected: number;
  /** Resolves at the end of the run. */
  readonly done: Promise<void>;
};

type Options = {
  readonly name: string;
  readonly api: string;
  readonly token: string | null;
  readonly runId: string;
  readonly signal: AbortSignal;
  readonly onEvent?: (event: RunEvent) => void;
};

export function startViewer(options: Options): Viewer {
  const { api, token, runId, signal } = options;
  const client = createClient({ url: api, ...(token !== null && { token }) });
  const viewer = {
    name: options.name,
    lines: [] as string[],
    events: [] as RunEvent[],
    behind: [] as number[],
    liveSince: null as number | null,
    reconnected: 0,
  };
  const onState = (state: string): void => {
    if (state !== 'live') return;
    if (viewer.liveSince !== null) viewer.reconnected += 1;
    viewer.liveSince ??= Date.now();
  };
  const take = (event: RunEvent): void => {
    viewer.events.push(event);
    if (event.type === 'log') {
      const now = Date.now();
      for (const { container, message, timestamp } of event.data.lines) {
        if (container !== DRIVER_CONTAINER) continue;
        viewer.lines.push(message);
        const printed = Date.parse(timestamp);
        if (viewer.liveSince !== null && printed >= viewer.liveSince) {
          viewer.behind.push(now - printed);
        }
      }
    }
    options.onEvent?.(event);
  };
  const watching = async (): Promise<void> => {
    for await (const event of client.watch(runId, { signal, onState })) take(event);
  };
  return Object.assign(viewer, { done: watching() });
}
