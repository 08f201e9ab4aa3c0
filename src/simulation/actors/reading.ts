// A reader that follows all partitions of the first topic, and checks that it is given every offset once and in order.

import type { Consumer, TopicPartition } from '../../client/index.ts';
import type { History, TopicHistory } from '../history.ts';
import type { RunContext } from '../run-context.ts';
import { promise } from '../violation.ts';

const POLL_MS = 200;

/** Reads until the signal is aborted. A power cut may take records back that were not synced: then it begins anew. */
export async function followTopic(context: RunContext, topic: TopicHistory, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && topic.state === 'live') {
    const { powerCuts } = context;
    await using consumer = context.clients.consumer('reader', { fetchMaxWaitMs: 100 });
    await followUntil(context, consumer, topic, () => signal.aborted || powerCuts !== context.powerCuts);
  }
}

async function followUntil(
  context: RunContext,
  consumer: Consumer,
  topic: TopicHistory,
  isOver: () => boolean,
): Promise<void> {
  const places = Array.from({ length: topic.partitions }, (_, partition) => ({ topic: topic.name, partition }));
  consumer.assign(places.map((place) => ({ ...place, from: 'earliest' as const })));
  const next = new Map<number, bigint>();
  while (!isOver()) {
    let batch: Awaited<ReturnType<Consumer['poll']>>;
    try {
      batch = await consumer.poll(POLL_MS);
    } catch (error) {
      if (topic.state !== 'live' || isOver()) return;
      throw error;
    }
    if (isOver() || batch === undefined) continue;
    for (const { offset, value } of batch.records) {
      checkOffset(context.history, topic, batch, offset, next.get(batch.partition));
      checkValue(context, topic, batch, offset, String(value));
      next.set(batch.partition, offset + 1n);
    }
  }
}

function checkOffset(
  history: History,
  topic: TopicHistory,
  { partition }: TopicPartition,
  offset: bigint,
  expected: bigint | undefined,
): void {
  const name = `${topic.name}-${partition}`;
  if (expected === undefined) {
    const isTrimmed = offset === 0n || history.mayBeTrimmed(topic, partition, offset - 1n);
    promise(isTrimmed, () => `a reader of ${name} is given ${offset} first`);
    return;
  }
  promise(offset >= expected, () => `a reader of ${name} is given ${offset} again, behind ${expected - 1n}`);
  const isComplete = offset === expected || history.mayBeTrimmed(topic, partition, offset - 1n);
  promise(isComplete, () => `a reader of ${name} is given ${offset} behind ${expected - 1n}`);
}

function checkValue(
  { history }: RunContext,
  topic: TopicHistory,
  place: TopicPartition,
  offset: bigint,
  value: string,
): void {
  const record = history.records.get(value);
  const name = `${place.topic}-${place.partition}`;
  promise(
    record?.topics.includes(topic) === true && record.partition === place.partition,
    () => `a reader of ${name} is given at ${offset} what nobody sent: ${JSON.stringify(value.slice(0, 40))}`,
  );
  promise(
    !record.isPromised || !record.isIdempotent || record.offset === offset,
    () => `a reader of ${name} is given at ${offset} what was acknowledged at ${record.offset}`,
  );
}
