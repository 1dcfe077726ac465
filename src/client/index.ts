/** The package's `./client` export: for browsers, and Node from 20.19. */
export type { CheckResult, TargetCheck } from '../core/catalogue/target-check.ts';
export type { LogLine, RunEvent } from '../core/events/event.ts';
export type { RunState } from '../core/events/state.ts';
export type { DryRunView } from '../core/runs/dry-run.ts';
export type { FileEntry, FilePage } from '../core/runs/files/view.ts';
export type { RunView } from '../core/runs/view.ts';
export type { TaskStatus } from '../core/tasks/status.ts';
export type {
  ProcessCounts,
  TaskDetail,
  TaskPage,
  TaskView,
  TraceView,
} from '../core/tasks/task.ts';
export {
  type Client,
  type ClientOptions,
  createClient,
  type LanePage,
  type SignInParameters,
  type TokenRequest,
  type TokenRotation,
} from './client.ts';
export { SluiceError } from './errors.ts';
export type { FilesQuery, RunFile } from './files/files.ts';
export { JsonText, type Token } from './http.ts';
export {
  createDeviceSignIn,
  type DeviceCode,
  type DeviceSignIn,
  type DeviceTokens,
} from './openid/device-sign-in.ts';
export type { ProviderOptions } from './openid/options.ts';
export type { LogQuery, RunPage, RunPatch, RunsQuery, StartedRun, StartOptions } from './runs.ts';
export type { Runtime } from './runtime.ts';
export { createSignIn, type SignIn, type SignInOptions, type SignInPage } from './sign-in.ts';
export type { TasksQuery } from './tasks.ts';
export type { RunChange, RunsListener } from './watch/changes.ts';
export type { WatchState } from './watch/feed.ts';
export type { Down } from './watch/push.ts';
export type { EventsQuery } from './watch/transports.ts';
export type { WatchOptions } from './watch/watch.ts';
export type { ConnectPush, Negotiated, PushConnection, PushHandlers } from './watch/web-pubsub.ts';
