/** One Web PubSub connection for all tabs of a caller, in a shared worker; where there is none, one for this tab. */
import { connectLazily } from '../../client/watch/lazy.ts';
import type { ConnectPush } from '../../client/watch/web-pubsub.ts';
import type { FromWorker, ToWorker } from './messages.ts';

/**
 * `caller` names whose connection it is: tabs may have tokens of their own, and none hears what another may see.
 * Each tab negotiates for itself, so it is told of its own refusals; the first one's address opens the connection.
 */
export function connectShared(caller: string): ConnectPush {
  if (typeof SharedWorker === 'undefined') return connectLazily;
  return (handlers) => {
    const worker = new SharedWorker(new URL('./connection-worker.ts', import.meta.url), {
      type: 'module',
      name: caller,
    });
    const { port } = worker;
    /** Who waits for a group, by group: somebody may have left it and want it again before it was joined. */
    const joins = new Map<string, PromiseWithResolvers<void>[]>();
    let ended = false;
    const send = (message: ToWorker): void => port.postMessage(message);
    const end = (): void => {
      if (ended) return;
      ended = true;
      removeEventListener('pagehide', end);
      send({ type: 'leave_all' });
      port.close();
      for (const { reject } of [...joins.values()].flat())
        reject(new Error('The connection is closed.'));
      handlers.onClosed();
    };
    port.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => {
      if (ended) return;
      if (data.type === 'opened') handlers.onOpen();
      else if (data.type === 'message') handlers.onMessage(data.data);
      else if (data.type === 'closed') end();
      else {
        const waiting = joins.get(data.group)?.shift();
        if (data.type === 'joined') waiting?.resolve();
        else waiting?.reject(new Error('The group could not be joined.'));
      }
    });
    // A worker that does not start, such as one whose script is gone after an upgrade, is no connection.
    worker.addEventListener('error', end);
    addEventListener('pagehide', end);
    port.start();
    const open = async (): Promise<void> => {
      const { url, groups } = await handlers.negotiate();
      if (!ended) send({ type: 'open', url, groups });
    };
    open().catch(end);
    return {
      join: (group) => {
        const waiting = Promise.withResolvers<void>();
        joins.set(group, [...(joins.get(group) ?? []), waiting]);
        send({ type: 'join', group });
        return waiting.promise;
      },
      leave: (group) => send({ type: 'leave', group }),
      close: end,
    };
  };
}
