export type Reply = { readonly result: unknown; readonly parts?: readonly Uint8Array[] };

/** One request inside a transaction: an error rolls it back. The arguments are what its own client has sent. */
export type Operation = (args: readonly unknown[], body: Uint8Array) => Reply;

/** Random bytes in the names that a process gives, by which no other has given the same. */
export const TOKEN_BYTES = 9;
