import { createStorageClient } from '../../../adapters/sqlite/wire/client.ts';
import { MessageLost, poisonOf, type QueueMessage, type QueueSource } from './queue-source.ts';

/** As Azure keeps messages for which nothing else was asked. */
const POISON_MS = 7 * 86_400_000;

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Id, token, deliveries, three times in milliseconds since 1970, and the length of the body. */
type Received = readonly [
  id: string,
  token: string,
  count: number,
  inserted: number,
  expires: number,
  visible: number,
  length: number,
];

function textOf(body: Uint8Array): string | undefined {
  try {
    return UTF8.decode(body);
  } catch {
    return undefined;
  }
}

/** A queue of the storage process on SQLite that works on `folder`. Its messages are UTF-8, in no other encoding. */
export function sqliteQueue(folder: string, name: string): QueueSource {
  const client = createStorageClient(folder);
  const poisonName = poisonOf(name);
  return {
    name,
    async receive(count, hiddenSeconds) {
      const args = [name, count, hiddenSeconds * 1_000];
      const { result, body } = await client.call('queue.receive', args);
      let at = 0;
      return (result as readonly Received[]).map((message): QueueMessage => {
        const [id, receipt, dequeueCount, inserted, expires, visible, length] = message;
        const bytes = body.subarray(at, (at += length));
        const text = textOf(bytes);
        const [insertedOn, expiresOn] = [new Date(inserted), new Date(expires)];
        const nextVisibleOn = new Date(visible);
        const times = { insertedOn, expiresOn, nextVisibleOn };
        return { id, receipt, body: bytes, text, dequeueCount, ...times };
      });
    },
    async hide(id, receipt, hiddenSeconds) {
      const args = [name, id, receipt, hiddenSeconds * 1_000];
      const { result } = await client.call('queue.postpone', args);
      if (result === null) {
        throw new MessageLost('the message is gone, or somebody else has received it');
      }
      return result as string;
    },
    async remove(id, receipt) {
      // The second answer to a removal that was carried out is that there is no such message.
      const { result } = await client.call('queue.remove', [name, id, receipt]);
      if (result === false) {
        throw new MessageLost('the message is gone, or somebody else has received it');
      }
    },
    poison:
      poisonName === undefined
        ? undefined
        : async ({ body }) => {
            const parts = [Buffer.from(body)];
            const args = [poisonName, 0, POISON_MS];
            await client.call('queue.send', args, { parts, repeatable: true });
            return poisonName;
          },
    close: () => client.close(),
  };
}
