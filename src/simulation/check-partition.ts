// Holds all that a reader got of one partition against what producers were promised.

import type { History, SentRecord, TopicHistory } from './history.ts';
import { promise } from './violation.ts';

export interface ReadRecord {
  readonly offset: bigint;
  readonly value: string;
  readonly key: string;
  /** What the header of that name says; undefined without one. */
  readonly number: number | undefined;
}

/** Everything of a partition from its first to its last offset, as one reader saw it. */
export interface PartitionContent {
  readonly topic: string;
  readonly partition: number;
  readonly startOffset: bigint;
  readonly endOffset: bigint;
  readonly records: readonly ReadRecord[];
}

/** `promised` are the records whose acknowledgement had arrived before the reading began. */
export function checkPartition(
  history: History,
  topic: TopicHistory,
  content: PartitionContent,
  promised: readonly SentRecord[],
): void {
  const name = `${content.topic}-${content.partition}`;
  checkOffsets(name, history, topic, content);
  const sent = content.records.map(({ value, offset }) => {
    const record = history.records.get(value);
    promise(
      record?.topics.includes(topic) === true && record.partition === content.partition,
      () => `${name} serves at ${offset} what nobody sent there: ${JSON.stringify(value.slice(0, 40))}`,
    );
    return record;
  });
  checkIdempotence(name, content, sent);
  checkPromises(name, history, topic, content, promised);
}

function checkOffsets(
  name: string,
  history: History,
  topic: TopicHistory,
  { partition, startOffset, endOffset, records }: PartitionContent,
): void {
  // Also between the question for the first offset and the reading.
  const mayBeGone = (offset: bigint) => history.mayBeTrimmed(topic, partition, offset);
  let expected = startOffset;
  for (const { offset } of records) {
    const isGapExplained = offset > expected && mayBeGone(offset - 1n);
    promise(
      offset === expected || isGapExplained,
      () => `${name} gives offset ${offset} where ${expected} should come`,
    );
    expected = offset + 1n;
  }
  promise(
    expected >= endOffset || mayBeGone(endOffset - 1n),
    () => `${name} ends at ${endOffset}, but gave nothing behind ${expected}`,
  );
}

function checkIdempotence(name: string, { records }: PartitionContent, sent: readonly SentRecord[]): void {
  const last = new Map<string, number>();
  for (const [index, { producer, number, isIdempotent }] of sent.entries()) {
    if (!isIdempotent) continue;
    const before = last.get(producer) ?? -1;
    promise(
      number > before,
      () => `${name} has record ${number} of ${producer} at ${records[index]?.offset}, behind its record ${before}`,
    );
    last.set(producer, number);
  }
}

function checkPromises(
  name: string,
  history: History,
  topic: TopicHistory,
  content: PartitionContent,
  promised: readonly SentRecord[],
): void {
  const byOffset = new Map(content.records.map(({ offset, value }) => [offset, value]));
  for (const { offset, value, producer, number, acks, isPromised } of promised) {
    // A power cut during the reading took the promise back.
    if (offset === undefined || !isPromised || history.isDamaged(topic, content.partition, offset)) continue;
    const found = byOffset.get(offset);
    const who = () => `record ${number} of ${producer} (acks=${acks})`;
    if (found === undefined) {
      promise(
        history.mayBeTrimmed(topic, content.partition, offset) && offset < content.endOffset,
        () => `${name} lost ${who()} at ${offset}: it has ${content.startOffset}..${content.endOffset}`,
      );
      continue;
    }
    promise(
      found === value,
      () => `${name} has another record at ${offset} than ${who()}: ${JSON.stringify(found.slice(0, 40))}`,
    );
  }
}
