// What a group's topics look like, in one number (KIP-1101): when it changes, the assignment has to. Kept with the group's epoch, and the
// same as Apache Kafka's, so that a group does not rebalance for being served by the other.

import { uuidToBytes } from '../../../protocol/index.ts';
import type { GroupTopic, GroupTopics } from './group-topics.ts';
import { xxh3 } from './xxh3.ts';

const MAGIC = 0;

/** 0 where none of the topics exists. */
export function metadataHash(names: Iterable<string>, topics: GroupTopics): bigint {
  const hashes: bigint[] = [];
  for (const name of [...names].sort()) {
    const topic = topics.byName(name);
    if (topic !== undefined) hashes.push(topicHash(topic));
  }
  if (hashes.length === 0) return 0n;
  const bytes = Buffer.alloc(hashes.length * 8);
  for (const [index, hash] of hashes.entries()) bytes.writeBigInt64LE(hash, index * 8);
  return xxh3(bytes);
}

export function topicHash({ name, topicId, partitionCount, racks }: GroupTopic): bigint {
  const id = uuidToBytes(topicId);
  const parts: Buffer[] = [
    Buffer.of(MAGIC),
    // Java counts the id's halves as numbers.
    reversed(id.subarray(0, 8)),
    reversed(id.subarray(8)),
    text(name),
    int32(partitionCount),
  ];
  for (let partition = 0; partition < partitionCount; partition++) {
    parts.push(int32(partition));
    for (const rack of [...racks(partition)].sort()) parts.push(int32(rack.length), text(rack));
  }
  return xxh3(Buffer.concat(parts));
}

/** Its UTF-16 units, then their number. */
function text(value: string): Buffer {
  return Buffer.concat([Buffer.from(value, 'utf16le'), int32(value.length)]);
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
}

function reversed(bytes: Buffer): Buffer {
  return Buffer.from(bytes).reverse();
}
