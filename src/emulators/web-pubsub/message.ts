/** One published message, serialised once and shared by every connection that receives it. */

export type DataType = 'json' | 'text' | 'binary';

export type Source = { readonly group: string; readonly fromUserId: string | null } | 'server';

export type Message = {
  /** Payload size, what the unit's budget is charged for. */
  readonly bytes: number;
  /** `type`, `from`, `dataType`, `data` and the closing brace: a frame without its beginning. */
  readonly tail: Buffer;
  /** The whole frame of the protocol without sequence ids. */
  readonly frame: Buffer;
  /** What a client without subprotocol receives. */
  readonly bare: Buffer;
  readonly binary: boolean;
  /** Milliseconds since 1970 after which it is no longer replayed; undefined without a TTL. */
  readonly expiresAt: number | undefined;
};

/** `data` is JSON text, plain text or bytes, according to `dataType`. */
export function createMessage(
  source: Source,
  dataType: DataType,
  data: Buffer,
  expiresAt?: number,
): Message {
  const from =
    source === 'server'
      ? { type: 'message', from: 'server', dataType }
      : { type: 'message', from: 'group', ...source, dataType };
  const head = JSON.stringify(from).slice(1, -1);
  const tail = Buffer.concat([
    Buffer.from(`${head},"data":`),
    dataType === 'json' ? data : Buffer.from(JSON.stringify(asText(dataType, data))),
    Buffer.from('}'),
  ]);
  return {
    bytes: data.length,
    tail,
    frame: Buffer.concat([Buffer.from('{'), tail]),
    bare: data,
    binary: dataType === 'binary',
    expiresAt,
  };
}

const asText = (dataType: DataType, data: Buffer): string =>
  data.toString(dataType === 'binary' ? 'base64' : 'utf8');

/** The frame for a reliable connection: only the sequence id differs between receivers. */
export const numberedFrame = (sequenceId: number, message: Message): Buffer =>
  Buffer.concat([Buffer.from(`{"sequenceId":${sequenceId},`), message.tail]);
