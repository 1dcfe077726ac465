/** What both ends of the socket know. */

/**
 * The socket's name in the folder. Its permissions, and the folder's, are the only secret: who may open it may do
 * everything.
 */
export const SOCKET = 'socket';

/** A blob is stored, and goes over, in parts of this size. */
export const BLOB_PART_BYTES = 1024 * 1024;
