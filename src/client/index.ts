/** The package's `./client` export: for browsers, and Node from 22. */
export type { RunEvent, RunState } from '../core/event.ts';
export type { RunView } from '../core/run-view.ts';
export {
  type Client,
  type ClientOptions,
  createClient,
  type LanePage,
  type LogQuery,
  type RunPage,
  type RunsQuery,
  type StartedRun,
  type StartOptions,
  type TokenRequest,
  type TokenRotation,
} from './client.ts';
export { SluiceError } from './errors.ts';
export type { WatchState } from './feed.ts';
export type { Runtime } from './runtime.ts';
export type { EventsQuery } from './transports.ts';
export type { WatchOptions } from './watch.ts';
export type { ConnectPush, PushConnection, PushHandlers } from './web-pubsub.ts';
