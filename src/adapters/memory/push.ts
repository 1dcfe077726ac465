/** Live delivery inside one process, for tests. */
import { PUSH_BYTES_MAX } from '../../core/limits.ts';
import type { Push } from '../../ports/push.ts';

type PushCall =
  | { readonly method: 'send'; readonly group: string; readonly message: unknown }
  | { readonly method: 'clientUrl' }
  | { readonly method: 'closeUser'; readonly userId: string }
  | { readonly method: 'count'; readonly group: string };

/** A thrown error makes the call reject, before or after it has taken effect. */
export type PushFaults = {
  readonly before?: (call: PushCall) => void | Promise<void>;
  readonly after?: (call: PushCall) => void | Promise<void>;
  /** A send for which this is true resolves but reaches no member. */
  readonly loses?: (group: string, message: unknown) => boolean;
};

export type MemoryPush = Push & {
  /** Everything that was accepted, also what was lost, oldest first. */
  readonly sent: { readonly group: string; readonly message: unknown }[];
  /** Users whose connections were closed, oldest first. */
  readonly closed: string[];
  /** Makes `handler` a member of the group, as a client of the user, until that is closed or the returned function is called. */
  join(group: string, handler: (message: unknown) => void, userId?: string): () => void;
};

export function createMemoryPush(options: { readonly faults?: PushFaults } = {}): MemoryPush {
  const { faults = {} } = options;
  const members = new Map<string, Set<(message: unknown) => void>>();
  const leaving = new Map<string, Set<() => void>>();
  const sent: { readonly group: string; readonly message: unknown }[] = [];
  const closed: string[] = [];

  async function call<T>(what: PushCall, effect: () => T): Promise<T> {
    await faults.before?.(what);
    const result = effect();
    await faults.after?.(what);
    return result;
  }

  return {
    sent,
    closed,
    async send(group, message) {
      const json = JSON.stringify(message);
      const bytes = new TextEncoder().encode(json).length;
      if (bytes > PUSH_BYTES_MAX) {
        throw new RangeError(`A message of ${bytes} bytes is larger than ${PUSH_BYTES_MAX}`);
      }
      await call({ method: 'send', group, message }, () => {
        sent.push({ group, message: JSON.parse(json) });
        if (faults.loses?.(group, message) === true) return;
        for (const handler of members.get(group) ?? []) handler(JSON.parse(json));
      });
    },
    async clientUrl({ userId, groups, mayJoin, minutes }) {
      return await call({ method: 'clientUrl' }, () => {
        const claims = JSON.stringify({ userId, groups, mayJoin, minutes });
        return `wss://memory.invalid/client?access_token=${encodeURIComponent(claims)}`;
      });
    },
    async closeUser(userId) {
      await call({ method: 'closeUser', userId }, () => {
        closed.push(userId);
        for (const leave of leaving.get(userId) ?? []) leave();
        leaving.delete(userId);
      });
    },
    async count(group, limit) {
      return await call({ method: 'count', group }, () =>
        Math.max(0, Math.min(limit, members.get(group)?.size ?? 0)),
      );
    },
    join(group, handler, userId = 'somebody') {
      // Two members may share a function, so each gets one of its own.
      const member = (message: unknown) => handler(message);
      const joined = members.get(group) ?? new Set();
      members.set(group, joined.add(member));
      const leave = () => void joined.delete(member);
      leaving.set(userId, (leaving.get(userId) ?? new Set()).add(leave));
      return leave;
    },
  };
}
