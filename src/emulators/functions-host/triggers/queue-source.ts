/** A queue as its trigger sees it, whatever storage it is in. */

export type QueueMessage = {
  readonly id: string;
  /** Names this delivery; needed to renew, release or remove the message. */
  readonly receipt: string;
  /** As it is stored. */
  readonly body: string | Uint8Array;
  /** What the function gets; undefined when the body is not in the encoding of the app. */
  readonly text: string | undefined;
  /** Deliveries, this one included. */
  readonly dequeueCount: number;
  readonly insertedOn: Date;
  readonly expiresOn: Date;
  readonly nextVisibleOn: Date;
};

/** Every call may reject, and may have taken effect all the same; with `MessageLost` the message is not ours any more. */
export type QueueSource = {
  readonly name: string;
  /** Takes visible messages and hides them for so many seconds. Makes the queue when it is absent. */
  receive(count: number, hiddenSeconds: number): Promise<readonly QueueMessage[]>;
  /** Hides a message for so many seconds from now, 0 to release it. Gives its next receipt. */
  hide(id: string, receipt: string, hiddenSeconds: number): Promise<string>;
  remove(id: string, receipt: string): Promise<void>;
  /** Copies a message to the poison queue, as it is stored; gives that queue's name. Undefined for a poison queue itself. */
  readonly poison: ((message: QueueMessage) => Promise<string>) | undefined;
  close(): void;
};

/** The message is gone, or another receiver holds it by now. */
export class MessageLost extends Error {
  override readonly name = 'MessageLost';
}

const POISON_SUFFIX = '-poison';

/** Undefined for a poison queue, which has none of its own. */
export const poisonOf = (queueName: string): string | undefined =>
  queueName.endsWith(POISON_SUFFIX) ? undefined : `${queueName}${POISON_SUFFIX}`;
