// Reads all of a topic, up to where it ended when reading began.

import { type Admin, Consumer, type ConsumerRecord } from '../../src/client/index.ts';
import { createNodePlatform } from '../../src/platform/index.ts';

const READ_TIMEOUT_MS = 180_000;

export interface TopicToRead {
  readonly bootstrap: string;
  readonly admin: Admin;
  readonly topic: string;
  readonly partitions: number;
  /** Leaves out what belongs to transactions that are open or were aborted. Default: false. */
  readonly readCommitted?: boolean;
  /** Ends the reading, with an error. Default: after three minutes. */
  readonly signal?: AbortSignal;
}

/** Calls `visit` with every record, those of a partition in their order. */
export async function readTopic(
  {
    bootstrap,
    admin,
    topic,
    partitions,
    readCommitted = false,
    signal = AbortSignal.timeout(READ_TIMEOUT_MS),
  }: TopicToRead,
  visit: (partition: number, record: ConsumerRecord) => void,
): Promise<void> {
  const indexes = Array.from({ length: partitions }, (_, partition) => partition);
  const queries = indexes.map((partition) => ({ topic, partition, spec: 'latest' as const }));
  const found = await admin.listOffsets(queries, { signal });
  const ends = found.map(({ offset, error }) => {
    if (error !== undefined) throw error;
    return offset ?? 0n;
  });
  await using consumer = new Consumer({ bootstrapServers: bootstrap, platform: createNodePlatform(), readCommitted });
  consumer.assign(indexes.map((partition) => ({ topic, partition, from: 'earliest' as const })));
  const isLeft = (partition: number) => (consumer.position({ topic, partition }) ?? 0n) < (ends[partition] ?? 0n);
  while (indexes.some(isLeft)) {
    const batch = await consumer.poll(1000, signal);
    signal.throwIfAborted();
    for (const record of batch?.records ?? []) visit(record.partition, record);
  }
}
