// The .snapshot file: what a partition remembers of its producers at an offset, in Apache Kafka's format: version 1, a CRC-32C of what
// follows it, and the producers.

import { crc32c, decrementSequence } from '../protocol/index.ts';
import { lastSequenceOf, type ProducerBatch, type ProducerEntry } from './producer-entry.ts';

const VERSION = 1;
const CRC_POSITION = 2;
const HEADER_BYTES = 10;
const ENTRIES_POSITION = 6;
const ENTRY_BYTES = 46;

/** The file cannot be used; the producers have to be read from the log itself. */
export class CorruptSnapshotError extends Error {
  override readonly name = 'CorruptSnapshotError';
}

/** Only the last batch of a producer is kept, as Kafka does: a restart forgets the four before it. */
export function encodeProducerSnapshot(entries: Iterable<ProducerEntry>): Buffer {
  const list = [...entries];
  const bytes = Buffer.alloc(HEADER_BYTES + list.length * ENTRY_BYTES);
  bytes.writeInt16BE(VERSION, 0);
  bytes.writeInt32BE(list.length, ENTRIES_POSITION);
  let position = HEADER_BYTES;
  for (const entry of list) {
    encodeEntry(entry, bytes, position);
    position += ENTRY_BYTES;
  }
  bytes.writeUInt32BE(crc32c(bytes, ENTRIES_POSITION), CRC_POSITION);
  return bytes;
}

/** Throws `CorruptSnapshotError` when the bytes are no snapshot that was written whole. */
export function decodeProducerSnapshot(bytes: Buffer): ProducerEntry[] {
  if (bytes.length < HEADER_BYTES)
    throw new CorruptSnapshotError(`it has ${bytes.length} bytes, its header needs ${HEADER_BYTES}`);
  const version = bytes.readInt16BE(0);
  if (version !== VERSION) throw new CorruptSnapshotError(`its version is ${version}, known is ${VERSION}`);
  const stored = bytes.readUInt32BE(CRC_POSITION);
  const computed = crc32c(bytes, ENTRIES_POSITION);
  if (stored !== computed) throw new CorruptSnapshotError(`its CRC is ${stored}, its bytes give ${computed}`);
  const count = bytes.readInt32BE(ENTRIES_POSITION);
  if (bytes.length !== HEADER_BYTES + count * ENTRY_BYTES)
    throw new CorruptSnapshotError(`it claims ${count} producers in ${bytes.length} bytes`);
  return Array.from({ length: count }, (_, index) => decodeEntry(bytes, HEADER_BYTES + index * ENTRY_BYTES));
}

function encodeEntry(entry: ProducerEntry, bytes: Buffer, position: number): void {
  const last = entry.batches.at(-1);
  bytes.writeBigInt64BE(entry.producerId, position);
  bytes.writeInt16BE(entry.producerEpoch, position + 8);
  bytes.writeInt32BE(lastSequenceOf(entry), position + 10);
  bytes.writeBigInt64BE(last?.lastOffset ?? -1n, position + 14);
  bytes.writeInt32BE(last === undefined ? 0 : Number(last.lastOffset - last.firstOffset), position + 22);
  bytes.writeBigInt64BE(entry.lastTimestamp, position + 26);
  bytes.writeInt32BE(entry.coordinatorEpoch, position + 34);
  bytes.writeBigInt64BE(entry.currentTxnFirstOffset ?? -1n, position + 38);
}

function decodeEntry(bytes: Buffer, position: number): ProducerEntry {
  const lastTimestamp = bytes.readBigInt64BE(position + 26);
  const currentTxnFirstOffset = bytes.readBigInt64BE(position + 38);
  return {
    producerId: bytes.readBigInt64BE(position),
    producerEpoch: bytes.readInt16BE(position + 8),
    batches: decodeLastBatch(bytes, position, lastTimestamp),
    lastTimestamp,
    coordinatorEpoch: bytes.readInt32BE(position + 34),
    currentTxnFirstOffset: currentTxnFirstOffset < 0n ? undefined : currentTxnFirstOffset,
  };
}

function decodeLastBatch(bytes: Buffer, position: number, timestamp: bigint): ProducerBatch[] {
  const lastSequence = bytes.readInt32BE(position + 10);
  const lastOffset = bytes.readBigInt64BE(position + 14);
  const offsetDelta = bytes.readInt32BE(position + 22);
  if (lastOffset < 0n) return [];
  const firstSequence = lastSequence < 0 ? -1 : decrementSequence(lastSequence, offsetDelta);
  return [{ firstSequence, lastSequence, firstOffset: lastOffset - BigInt(offsetDelta), lastOffset, timestamp }];
}
