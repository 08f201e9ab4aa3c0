// The bytes of one group of the journal: what one sync commits, of however many partitions. A header, the batches as they are in their logs, and a
// footer that tells whose they are. Big-endian; a group fills whole pages, so that writing one never touches the page of an earlier one.

import {
  BATCH_HEADER_BYTES,
  type BatchHeader,
  batchSizeAt,
  crc32c,
  readBatchHeader,
  uuidFromBytes,
  uuidToBytes,
} from '../../../protocol/index.ts';

export const PAGE_BYTES = 4096;

/** What a group holds of one partition. */
export interface JournaledBatches {
  readonly topicId: string;
  readonly partition: number;
  /** Whole batches of magic 2, with their final offsets, one behind the other. */
  readonly batches: readonly Buffer[];
}

/** Bytes of a file's salt: random with each use of a file, so that neither what an earlier use left nor what a client sends passes for a group. */
export const SALT_BYTES = 8;

/** Where a group is: in the file with this salt, after so many others. */
export interface GroupPlace {
  readonly salt: Buffer;
  readonly index: number;
}

/** A batch of a group that was read back. */
export interface FoundBatch {
  readonly topicId: string;
  readonly partition: number;
  /** Its position is that within the group. */
  readonly header: BatchHeader;
}

const MAGIC = Buffer.from('MILLJRNL');
/** Magic, salt of the file, index of the group, bytes of the batches, number of batches, CRC-32C of the footer, and of the fields before. */
const HEADER_BYTES = 36;
/** Topic id, partition, position of the batch in the group, and its header: offsets, epoch, count, producer, sequence, CRC. */
const FOOTER_ENTRY_BYTES = 16 + 4 + 4 + BATCH_HEADER_BYTES;

/** Bytes that the group takes in its file. */
export function groupBytes(entries: readonly JournaledBatches[]): number {
  let bytes = HEADER_BYTES;
  for (const { batches } of entries) {
    for (const buffer of batches) bytes += buffer.length + countBatches(buffer) * FOOTER_ENTRY_BYTES;
  }
  return Math.ceil(bytes / PAGE_BYTES) * PAGE_BYTES;
}

/** Writes the group into `target`, which has `groupBytes` bytes. Hot path: one copy, and one short entry per batch. */
export function encodeGroup(target: Buffer, place: GroupPlace, entries: readonly JournaledBatches[]): void {
  let position = HEADER_BYTES;
  for (const { batches } of entries) for (const buffer of batches) position += buffer.copy(target, position);
  const footer = position;
  let batchPosition = HEADER_BYTES;
  // Most entries are of the same topic as the one before.
  let lastTopicId = '';
  let topicIdBytes: Buffer = Buffer.alloc(0);
  for (const { topicId, partition, batches } of entries) {
    if (topicId !== lastTopicId) topicIdBytes = uuidToBytes(topicId);
    lastTopicId = topicId;
    for (const buffer of batches) {
      for (const end = batchPosition + buffer.length; batchPosition < end; position += FOOTER_ENTRY_BYTES) {
        topicIdBytes.copy(target, position);
        target.writeInt32BE(partition, position + 16);
        target.writeInt32BE(batchPosition, position + 20);
        target.copy(target, position + 24, batchPosition, batchPosition + BATCH_HEADER_BYTES);
        batchPosition += batchSizeAt(target, batchPosition);
      }
    }
  }
  target.fill(0, position);
  MAGIC.copy(target);
  place.salt.copy(target, 8);
  target.writeInt32BE(place.index, 16);
  target.writeInt32BE(footer - HEADER_BYTES, 20);
  target.writeInt32BE((position - footer) / FOOTER_ENTRY_BYTES, 24);
  target.writeUInt32BE(crc32c(target, footer, position), 28);
  target.writeUInt32BE(crc32c(target, 0, 32), 32);
}

/** What the header of a group says; undefined where there is none of this use of the file. */
export function readGroupHeader(page: Buffer, salt: Buffer): { index: number; sizeInBytes: number } | undefined {
  if (page.length < HEADER_BYTES || !page.subarray(0, MAGIC.length).equals(MAGIC)) return undefined;
  if (!page.subarray(8, 8 + SALT_BYTES).equals(salt) || crc32c(page, 0, 32) !== page.readUInt32BE(32)) return undefined;
  const bytes = HEADER_BYTES + page.readInt32BE(20) + page.readInt32BE(24) * FOOTER_ENTRY_BYTES;
  return { index: page.readInt32BE(16), sizeInBytes: Math.ceil(bytes / PAGE_BYTES) * PAGE_BYTES };
}

/** The batches of a group whose header is good; a text says what is wrong with its bytes. Every checksum is tried. */
export function readGroup(group: Buffer): FoundBatch[] | string {
  const footer = HEADER_BYTES + group.readInt32BE(20);
  const end = footer + group.readInt32BE(24) * FOOTER_ENTRY_BYTES;
  if (end > group.length) return `it claims ${end} bytes, the file has ${group.length}`;
  if (crc32c(group, footer, end) !== group.readUInt32BE(28)) return 'the CRC of its footer is wrong';
  const found: FoundBatch[] = [];
  for (let entry = footer; entry < end; entry += FOOTER_ENTRY_BYTES) {
    const position = group.readInt32BE(entry + 20);
    const expected = group.subarray(entry + 24, entry + FOOTER_ENTRY_BYTES);
    if (!group.subarray(position, position + BATCH_HEADER_BYTES).equals(expected))
      return `the batch at byte ${position} is another one than its footer says`;
    const header = readBatchHeader(group, position);
    if (!isIntact(group, header)) return `the CRC of the batch at byte ${position} is wrong`;
    found.push({
      topicId: uuidFromBytes(group.subarray(entry, entry + 16)),
      partition: group.readInt32BE(entry + 16),
      header,
    });
  }
  return found;
}

/** Whether the bytes of a batch of magic 2 are those of its CRC. */
export function isIntact(bytes: Buffer, { position, sizeInBytes, crc }: BatchHeader): boolean {
  return crc32c(bytes, position + CRC_COVERS_FROM, position + sizeInBytes) === crc;
}

const CRC_COVERS_FROM = 21;

function countBatches(buffer: Buffer): number {
  let count = 0;
  for (let position = 0; position < buffer.length; position += batchSizeAt(buffer, position)) count++;
  return count;
}
