/** Group commit: requests that wait together are one transaction, and none of them is answered before it is on the disk. */
import type { DatabaseSync } from 'node:sqlite';
import { decodeFrame, encodeFrame, FrameReader, type Packet } from '../wire/packet.ts';
import { createBlobParts } from './blob-parts.ts';
import { sqliteCode } from './database.ts';
import { ANSWERS_BYTES_MAX } from './limits.ts';
import { createMessages } from './messages.ts';
import type { Operation, Reply } from './operation.ts';
import { createRows } from './rows.ts';

/** SQLite's codes of an I/O error, of a damaged database, and of a file that is none. */
const BROKEN = new Set([10, 11, 26]);

/**
 * After an I/O error nobody knows what is on the disk, not even whether a commit that failed is: the process ends, and
 * the next one reads it anew.
 */
function endIfBroken(error: unknown): void {
  if (!BROKEN.has(sqliteCode(error) ?? 0)) return;
  process.stderr.write(`the database cannot go on: ${(error as Error).message}\n`);
  process.exit(1);
}

/** What cannot be read gets an answer that nobody waits for: each frame has one. */
function read(frame: Uint8Array): Packet {
  try {
    const packet = decodeFrame(frame);
    if (Array.isArray(packet.head)) return packet;
  } catch {
    // As below.
  }
  return { head: [0, 'nothing that can be read'], body: frame };
}

type Request = { readonly id: number; readonly act: () => Reply };

/**
 * Gives what carries a group out, from its first request up to the one whose answer exceeds `ANSWERS_BYTES_MAX`: it returns the answers,
 * at least one, in order, when they are on the disk. Nothing has been done of the others.
 */
export function createGroups(database: DatabaseSync) {
  const rows = createRows(database);
  const operations: Readonly<Record<string, Operation>> = {
    ...rows.operations,
    ...createMessages(database),
    ...createBlobParts(database),
  };
  const [begin, commit, rollback] = ['BEGIN IMMEDIATE', 'COMMIT', 'ROLLBACK'].map((sql) =>
    database.prepare(sql),
  );

  function requestOf(frame: Uint8Array): Request {
    const { head, body } = read(frame);
    const [id, name, ...args] = head as [number, string, ...unknown[]];
    const act = (): Reply => {
      const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
      if (operation === undefined) throw new Error(`there is no operation ${name}`);
      return operation(args, body);
    };
    return { id, act };
  }

  /** Rolled back as a whole when one fails. */
  function together(requests: readonly Request[]): Uint8Array[] {
    const answers: Uint8Array[] = [];
    let bytes = 0;
    begin?.run();
    try {
      for (const { id, act } of requests) {
        const { result, parts } = act();
        const answer = encodeFrame([id, true, result], parts);
        answers.push(answer);
        bytes += answer.byteLength;
        if (bytes > ANSWERS_BYTES_MAX) break;
      }
      commit?.run();
    } catch (error) {
      endIfBroken(error);
      if (database.isTransaction) rollback?.run();
      rows.forget();
      throw error;
    }
    return answers;
  }

  /** One that fails, as for want of space, does not take the others along. */
  function apart({ id, act }: Request): Uint8Array {
    try {
      return together([{ id, act }])[0] as Uint8Array;
    } catch (error) {
      return encodeFrame([id, false, (error as Error).message]);
    }
  }

  /** As `together`, with a transaction for each. */
  function oneByOne(requests: readonly Request[]): Uint8Array[] {
    const answers: Uint8Array[] = [];
    let bytes = 0;
    for (const request of requests) {
      const answer = apart(request);
      answers.push(answer);
      bytes += answer.byteLength;
      if (bytes > ANSWERS_BYTES_MAX) break;
    }
    return answers;
  }

  return function run(group: Uint8Array): Uint8Array<ArrayBuffer> {
    const requests = new FrameReader().push(group).map(requestOf);
    try {
      return join(together(requests));
    } catch {
      return join(oneByOne(requests));
    }
  };
}

function join(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.byteLength;
  }
  return all;
}
