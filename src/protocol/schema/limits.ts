// Limits of the codec itself. The size of a whole frame is the connection's concern.

/** Longest string in bytes, in compact form too: Kafka keeps the limit of the old two-byte length. */
export const MAX_STRING_BYTES = 0x7fff;

/**
 * Most array elements that one message may hold, counted over all its arrays. A two-byte element can become an object
 * of a hundred bytes, so without it a frame of the largest allowed size would fill the heap.
 */
export const MAX_ELEMENTS_PER_MESSAGE = 4_000_000;

/** Byte fields from this size on are handed to the socket as they are, without being copied into the message's buffer. */
export const MIN_REFERENCED_BYTES = 1024;
