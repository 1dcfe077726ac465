/** What clients may make the storage process keep in memory. */
import { FRAME_BYTES_MAX } from '../wire/packet.ts';

const MIB = 1024 * 1024;

/** Requests of one group: they share a transaction, and so a sync of the disk. */
export const GROUP_MAX = 256;
/** Requests that a connection may have waiting; above it, they stay with their sender. */
export const WAITING_MAX = 1_024;
export const WAITING_BYTES_MAX = FRAME_BYTES_MAX;
/**
 * A group ends with the answer that exceeds this. A connection has at most so much and that answer unsent, 5 MiB with the largest pages,
 * since it gets nothing more done until they are sent.
 */
export const ANSWERS_BYTES_MAX = MIB;
/**
 * What all connections together have unsent. Above it the one that has not read for longest is cut, so that those who do
 * read never wait for it; it takes 25 that do not read.
 */
export const UNSENT_BYTES_MAX = 128 * MIB;
