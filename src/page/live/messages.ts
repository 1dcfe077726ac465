/** What tabs and the worker that holds their connection tell each other. */

export type ToWorker =
  /** The tab wants to be connected, and in these groups. The address is used if there is no connection yet. */
  | { readonly type: 'open'; readonly url: string; readonly groups: readonly string[] }
  | { readonly type: 'join'; readonly group: string }
  | { readonly type: 'leave'; readonly group: string }
  /** The tab goes away, or lets go. */
  | { readonly type: 'leave_all' };

export type FromWorker =
  /** Connected, and in the groups that were asked for. */
  | { readonly type: 'opened' }
  | { readonly type: 'joined'; readonly group: string }
  | { readonly type: 'not_joined'; readonly group: string }
  | { readonly type: 'message'; readonly data: unknown }
  /** The connection is over; nothing more comes. */
  | { readonly type: 'closed' };
