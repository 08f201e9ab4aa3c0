// Reads a partition from its first offset to its last, as any consumer does.

import type { Admin, Consumer, TopicPartition } from '../client/index.ts';
import type { PartitionContent, ReadRecord } from './check-partition.ts';
import type { Clients } from './clients.ts';
import { NUMBER_HEADER } from './history.ts';
import { Violation } from './violation.ts';

const POLL_MS = 1000;
/** Polls without a record, where there should be some. */
const MOST_EMPTY_POLLS = 60;

export async function readEverything(
  clients: Clients,
  place: TopicPartition,
  isolation: { readonly readCommitted?: boolean } = {},
): Promise<PartitionContent> {
  await using admin = clients.admin();
  await using consumer = clients.consumer('checker', isolation);
  const startOffset = await offsetOf(admin, place, 'earliest', isolation);
  const endOffset = await offsetOf(admin, place, 'latest', isolation);
  consumer.assign([{ ...place, from: startOffset }]);
  return { ...place, startOffset, endOffset, records: await readUntil(consumer, place, endOffset) };
}

async function readUntil(consumer: Consumer, place: TopicPartition, endOffset: bigint): Promise<ReadRecord[]> {
  const records: ReadRecord[] = [];
  for (let empty = 0; (consumer.position(place) ?? 0n) < endOffset; ) {
    const batch = await consumer.poll(POLL_MS);
    for (const { offset, value, key, headers } of batch?.records ?? []) {
      const number = headers.find(([name]) => name === NUMBER_HEADER)?.[1];
      records.push({
        offset,
        value: String(value),
        key: String(key),
        number: number ? Number(String(number)) : undefined,
      });
    }
    empty = batch === undefined ? empty + 1 : 0;
    if (empty > MOST_EMPTY_POLLS) {
      const position = consumer.position(place);
      throw new Violation(
        `${place.topic}-${place.partition} ends at ${endOffset}, but gives nothing from ${position} on`,
      );
    }
  }
  return records;
}

async function offsetOf(
  admin: Admin,
  place: TopicPartition,
  spec: 'earliest' | 'latest',
  isolation: { readonly readCommitted?: boolean },
): Promise<bigint> {
  const [found] = await admin.listOffsets([{ ...place, spec }], isolation);
  if (found?.error !== undefined) throw found.error;
  if (found?.offset === undefined) throw new Violation(`${place.topic}-${place.partition} has no ${spec} offset`);
  return found.offset;
}
