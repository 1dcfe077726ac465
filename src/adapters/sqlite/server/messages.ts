/** Queues of messages. Times are milliseconds since 1970, by the clock of this process. */
import { randomBytes } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { type Operation, TOKEN_BYTES } from './operation.ts';

type Stored = {
  readonly id: number;
  readonly inserted: number;
  readonly expires: number;
  readonly received: number;
  readonly body: Uint8Array;
};

/** Messages that one call receives, as with Azure Queues. */
const RECEIVED_MAX = 32;
/** Expired messages are gone for every call; so many are removed with each one that is sent. */
const REMOVED_AT_ONCE = 100;

/** No number: the Functions library takes a text that is one for a number. */
const nameOf = (id: number | bigint): string => `m${id}`;
const numberOf = (name: unknown): number => Number(String(name).slice(1));

export function createMessages(database: DatabaseSync): Readonly<Record<string, Operation>> {
  const mine = randomBytes(TOKEN_BYTES).toString('base64url');
  let tokens = 0;
  const newToken = (): string => `${mine}.${(tokens += 1)}`;

  const isThere = 'id = ? AND queue = ? AND token = ? AND expires > ?';
  const visible = 'queue = ? AND visible <= ? AND expires > ?';
  const insert = database.prepare(
    'INSERT INTO messages (queue, token, visible, inserted, expires, received, body) VALUES (?, ?, ?, ?, ?, 0, ?)',
  );
  const hide = database.prepare(`UPDATE messages SET token = ?, visible = ? WHERE ${isThere}`);
  const remove = database.prepare(`DELETE FROM messages WHERE ${isThere}`);
  const any = database.prepare(`SELECT 1 FROM messages WHERE ${visible} LIMIT 1`);
  const due = database.prepare(
    `SELECT id, inserted, expires, received, body FROM messages WHERE ${visible} ORDER BY visible, id LIMIT ?`,
  );
  const take = database.prepare(
    'UPDATE messages SET token = ?, visible = ?, received = received + 1 WHERE id = ?',
  );
  const expire = database.prepare(
    'DELETE FROM messages WHERE id IN (SELECT id FROM messages WHERE expires <= ? LIMIT ?)',
  );

  /** Hides a message until then under a new token; null when it is gone, or its token is not the current one. */
  const postpone: Operation = ([queue, id, token, delayMs]) => {
    const now = Date.now();
    const next = newToken();
    const { changes } = hide.run(
      next,
      Math.ceil(now + Number(delayMs)),
      ...([numberOf(id), String(queue), String(token), now] as const),
    );
    return { result: Number(changes) === 0 ? null : next };
  };

  return {
    'queue.send': ([queue, delayMs, lifeMs], body) => {
      const now = Date.now();
      expire.run(now, REMOVED_AT_ONCE);
      const token = newToken();
      const times = [
        Math.ceil(now + Number(delayMs)),
        now,
        Math.ceil(now + Number(lifeMs)),
      ] as const;
      const { lastInsertRowid } = insert.run(String(queue), token, ...times, body);
      return { result: { id: nameOf(lastInsertRowid), token } };
    },

    'queue.postpone': postpone,

    'queue.remove': ([queue, id, token]) => {
      const { changes } = remove.run(numberOf(id), String(queue), String(token), Date.now());
      return { result: Number(changes) > 0 };
    },

    'queue.waiting': ([queue]) => {
      const now = Date.now();
      return { result: any.get(String(queue), now, now) !== undefined };
    },

    /** Takes visible messages, those due longest first, and hides each for `hiddenMs`. */
    'queue.receive': ([queue, count, hiddenMs]) => {
      const now = Date.now();
      const until = Math.ceil(now + Number(hiddenMs));
      const limit = Math.min(Number(count), RECEIVED_MAX);
      const found = due.all(String(queue), now, now, limit) as Stored[];
      const result = found.map(({ id, inserted, expires, received, body }) => {
        const token = newToken();
        take.run(token, until, id);
        return [nameOf(id), token, received + 1, inserted, expires, until, body.byteLength];
      });
      return { result, parts: found.map(({ body }) => body) };
    },
  };
}
