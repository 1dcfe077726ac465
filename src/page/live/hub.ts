/** Shares one connection among tabs: each hears the messages of the groups that it is in. */
import type { ConnectPush, PushConnection } from '../../client/watch/web-pubsub.ts';
import type { FromWorker, ToWorker } from './messages.ts';

type Tab = { readonly send: (message: FromWorker) => void; readonly groups: Set<string> };

/**
 * Messages do not say which group brought them, so every tab in any group gets all of them and ignores what it does not
 * show; all tabs of a hub belong to one caller.
 */
class Hub {
  readonly #connect: ConnectPush;
  readonly #tabs = new Set<Tab>();
  #connection: PushConnection | undefined;
  #opening: Promise<boolean> | undefined;
  /** Groups that the connection is in, or about to be. */
  #joined = new Map<string, Promise<void>>();

  constructor(connect: ConnectPush) {
    this.#connect = connect;
  }

  /** A tab has come; the returned function takes its messages. */
  add(send: (message: FromWorker) => void): (message: ToWorker) => void {
    const tab: Tab = { send, groups: new Set() };
    return (message) => {
      if (message.type === 'open') void this.#enter(tab, message.url, message.groups);
      else if (message.type === 'leave') this.#leave(tab, message.group);
      else if (message.type === 'leave_all') this.#leaveAll(tab);
      else {
        const { group } = message;
        this.#join(tab, group).then(
          () => send({ type: 'joined', group }),
          () => send({ type: 'not_joined', group }),
        );
      }
    };
  }

  async #enter(tab: Tab, url: string, groups: readonly string[]): Promise<void> {
    this.#tabs.add(tab);
    for (const group of groups) tab.groups.add(group);
    this.#opening ??= this.#open(url, groups);
    if (!(await this.#opening)) return;
    try {
      await Promise.all(groups.map((group) => this.#join(tab, group)));
      if (this.#tabs.has(tab)) tab.send({ type: 'opened' });
    } catch {
      // A group that one tab may not join is no fault of the others.
      this.#leaveAll(tab);
      tab.send({ type: 'closed' });
    }
  }

  #open(url: string, groups: readonly string[]): Promise<boolean> {
    return new Promise((resolve) => {
      const made: PushConnection = this.#connect({
        negotiate: async () => ({ url, groups, expires_at: '' }),
        onOpen: () => {
          for (const group of groups) this.#joined.set(group, Promise.resolve());
          resolve(true);
        },
        onMessage: (data) => {
          for (const tab of this.#tabs)
            if (tab.groups.size > 0) tab.send({ type: 'message', data });
        },
        onClosed: () => {
          resolve(false);
          queueMicrotask(() => this.#ended(made));
        },
      });
      this.#connection = made;
    });
  }

  #ended(over: PushConnection): void {
    if (over !== this.#connection) return;
    this.#connection = undefined;
    this.#opening = undefined;
    this.#joined = new Map();
    for (const tab of this.#tabs) tab.send({ type: 'closed' });
    this.#tabs.clear();
  }

  async #join(tab: Tab, group: string): Promise<void> {
    tab.groups.add(group);
    const current = this.#connection;
    if (current === undefined) throw new Error('There is no connection.');
    const joining = this.#joined.get(group) ?? current.join(group);
    this.#joined.set(group, joining);
    await joining.catch((error: unknown) => {
      if (this.#joined.get(group) === joining) this.#joined.delete(group);
      throw error;
    });
  }

  #leave(tab: Tab, group: string): void {
    if (!tab.groups.delete(group)) return;
    for (const other of this.#tabs) if (other.groups.has(group)) return;
    if (this.#joined.delete(group)) this.#connection?.leave(group);
  }

  #leaveAll(tab: Tab): void {
    for (const group of tab.groups) this.#leave(tab, group);
    this.#tabs.delete(tab);
    if (this.#tabs.size === 0) this.#connection?.close();
  }
}

export const createHub = (connect: ConnectPush): Pick<Hub, 'add'> => new Hub(connect);
