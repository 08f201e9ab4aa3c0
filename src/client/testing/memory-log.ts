// Partitions for a scripted broker: Produce appends with the rules of idempotent producers, Fetch and ListOffsets read.

import {
  fetch,
  initProducerId,
  iterateBatches,
  listOffsets,
  produce,
  type RecordView,
  readBatchHeader,
  readRecords,
  writeBaseOffset,
} from '../../protocol/index.ts';
import { answerEach } from './answer-produce.ts';
import { type ScriptedBroker, TOPIC_ID } from './scripted-broker.ts';

interface ProducerEntry {
  epoch: number;
  nextSequence: number;
  /** Base sequences with the offsets that they got; Kafka keeps five. */
  recent: { baseSequence: number; baseOffset: bigint }[];
}

export class MemoryLog {
  batches: Buffer[] = [];
  endOffset = 0n;
  readonly #producers = new Map<bigint, ProducerEntry>();

  /** The offset, or the error code. */
  append(records: Buffer): { errorCode: number; baseOffset: bigint } {
    const batch = Buffer.from(records);
    const header = readBatchHeader(batch);
    if (header.producerId >= 0n) {
      const entry = this.#producers.get(header.producerId);
      const isNewEpoch = entry === undefined || header.producerEpoch > entry.epoch;
      const repeated = isNewEpoch
        ? undefined
        : entry.recent.find(({ baseSequence }) => baseSequence === header.baseSequence);
      if (repeated) return { errorCode: 0, baseOffset: repeated.baseOffset };
      if (entry && header.producerEpoch < entry.epoch) return { errorCode: 47, baseOffset: -1n };
      // As Kafka: whatever a producer begins with that is not known.
      const expected = isNewEpoch ? 0 : entry.nextSequence;
      if (entry && header.baseSequence !== expected) return { errorCode: 45, baseOffset: -1n };
      const recent = isNewEpoch ? [] : entry.recent.slice(-4);
      recent.push({ baseSequence: header.baseSequence, baseOffset: this.endOffset });
      const nextSequence = header.baseSequence + header.recordCount;
      this.#producers.set(header.producerId, { epoch: header.producerEpoch, nextSequence, recent });
    }
    const baseOffset = this.endOffset;
    writeBaseOffset(batch, 0, baseOffset);
    this.endOffset += BigInt(header.recordCount);
    this.batches.push(batch);
    return { errorCode: 0, baseOffset };
  }

  /** The batches from the one with this offset on. */
  read(offset: bigint): Buffer {
    return Buffer.concat(this.batches.filter((batch) => readBatchHeader(batch).lastOffset >= offset));
  }

  records(): RecordView[] {
    const bytes = Buffer.concat(this.batches);
    return [...iterateBatches(bytes)].flatMap((header) => [...readRecords(bytes, header)]);
  }

  values(): string[] {
    return this.records().map(({ value }) => value?.toString() ?? 'null');
  }
}

/** Gives the broker a log for each partition of one topic. `logs[3]` is partition 3. */
export function serveLogs(broker: ScriptedBroker, topic: string, partitionCount: number): MemoryLog[] {
  broker.topics.set(topic, partitionCount);
  const logs = Array.from({ length: partitionCount }, () => new MemoryLog());
  let lastProducerId = 999n;
  broker.on(initProducerId, () => ({ errorCode: 0, producerId: ++lastProducerId, producerEpoch: 0 }));
  broker.on(produce, (request) => {
    const answer = answerEach(
      request,
      (index, records) => logs[index]?.append(records) ?? { errorCode: 3, baseOffset: -1n },
    );
    return request.acks === 0 ? undefined : answer;
  });
  broker.on(fetch, (request) => ({
    errorCode: 0,
    responses: request.topics.map((wanted) => ({
      topic: wanted.topic,
      topicId: TOPIC_ID,
      partitions: wanted.partitions.map(({ partition, fetchOffset }) => {
        const log = logs[partition];
        const isKnown = log !== undefined && fetchOffset <= log.endOffset;
        return {
          partitionIndex: partition,
          errorCode: isKnown ? 0 : 1,
          highWatermark: log?.endOffset ?? -1n,
          lastStableOffset: log?.endOffset ?? -1n,
          abortedTransactions: null,
          records: log && isKnown ? log.read(fetchOffset) : null,
        };
      }),
    })),
  }));
  broker.on(listOffsets, (request) => ({
    topics: request.topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ partitionIndex, timestamp }) => ({
        partitionIndex,
        errorCode: logs[partitionIndex] ? 0 : 3,
        offset: timestamp === -2n ? 0n : (logs[partitionIndex]?.endOffset ?? -1n),
      })),
    })),
  }));
  return logs;
}
