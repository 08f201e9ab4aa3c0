// Reads all of a topic, up to where it ended when reading began.

import { type Admin, Consumer, type ConsumerRecord } from '../../src/client/index.ts';
import { createNodePlatform } from '../../src/platform/index.ts';

const READ_TIMEOUT_MS = 180_000;

export interface TopicToRead {
  readonly bootstrap: string;
  readonly admin: Admin;
  readonly topic: string;
  readonly partitions: number;
  /** Ends the reading, with an error. Default: after three minutes. */
  readonly signal?: AbortSignal;
}

/** Calls `visit` with every record, those of a partition in their order. */
export async function readTopic(
  { bootstrap, admin, topic, partitions, signal = AbortSignal.timeout(READ_TIMEOUT_MS) }: TopicToRead,
  visit: (partition: number, record: ConsumerRecord) => void,
): Promise<void> {
  const indexes = Array.from({ length: partitions }, (_, partition) => partition);
  const queries = indexes.map((partition) => ({ topic, partition, spec: 'latest' as const }));
  const found = await admin.listOffsets(queries, { signal });
  const ends = found.map(({ offset, error }) => {
    if (error !== undefined) throw error;
    return offset ?? 0n;
  });
  await using consumer = new Consumer({ bootstrapServers: bootstrap, platform: createNodePlatform() });
  consumer.assign(indexes.map((partition) => ({ topic, partition, from: 'earliest' as const })));
  const left = new Set(indexes.filter((partition) => (ends[partition] ?? 0n) > 0n));
  while (left.size > 0) {
    const batch = await consumer.poll(1000, signal);
    if (batch === undefined) {
      signal.throwIfAborted();
      continue;
    }
    for (const record of batch.records) visit(batch.partition, record);
    if (batch.nextOffset >= (ends[batch.partition] ?? 0n)) left.delete(batch.partition);
  }
}
