// A producer that sends numbered records to topics that exist, and notes what it is told about each.

import type { Producer } from '../../client/index.ts';
import { type Random, sleep } from '../../platform/index.ts';
import { KafkaError } from '../../protocol/index.ts';
import type { Acks, SentRecord, TopicHistory } from '../history.ts';
import type { RunContext } from '../run-context.ts';
import { Violation } from '../violation.ts';

/** Longer than most runs. */
const FAR_AHEAD_MS = 3_600_000;

export interface ProducerKind {
  readonly name: string;
  readonly acks: Acks;
  readonly isIdempotent: boolean;
}

/** Resolves when every record is acknowledged or has failed. */
export async function produceRecords(context: RunContext, kind: ProducerKind): Promise<void> {
  const { clients, clock, swarm } = context;
  const random = context.random();
  await using producer = clients.producer(kind.name, {
    acks: kind.acks,
    idempotence: kind.isIdempotent,
    compression: swarm.compression,
    lingerMs: random.integer(2) * random.integer(20),
    batchSize: random.integer(2) === 0 ? 500 : 16_384,
  });
  const sends: Promise<void>[] = [];
  for (let number = 0; number < swarm.recordsPerProducer; number++) {
    const record = nextRecord(context, kind, number, random);
    if (record !== undefined) {
      const sent = send(context, producer, record);
      // Whatever it ends with is looked at below; until then nobody waits for it.
      sent.catch(() => {});
      sends.push(sent);
    }
    await sleep(clock, random.integer(swarm.maxThinkMs + 1));
  }
  await Promise.all(sends);
}

function nextRecord(context: RunContext, kind: ProducerKind, number: number, random: Random): SentRecord | undefined {
  const { history, swarm } = context;
  const topics = history.liveTopics;
  const topic = topics[random.integer(Math.max(topics.length, 1))];
  if (topic === undefined) return undefined;
  const { name: producer, acks, isIdempotent } = kind;
  const text = `${producer}/${number}/`;
  // The filler differs from record to record, so that a page of another one shows.
  const value = text.padEnd(random.integer(swarm.maxValueBytes) + text.length, `${number.toString(36)}.`);
  const partition = random.integer(topic.partitions);
  const sentAtMs = context.clock.monotonic();
  const timestampMs = context.clock.now() + driftMs(topic, random);
  return history.send({ value, producer, number, partition, acks, isIdempotent, sentAtMs, timestampMs }, topic);
}

/** Where time decides what may go, records are from before and from behind their sending, and some stay young to the end of a run. */
function driftMs({ retentionMs }: TopicHistory, random: Random): number {
  if (retentionMs === undefined) return 0;
  return random.integer(8) === 0 ? FAR_AHEAD_MS : random.integer(2 * retentionMs) - retentionMs;
}

async function send(context: RunContext, producer: Producer, record: SentRecord): Promise<void> {
  const { history, trace } = context;
  const { partition, value, isIdempotent, timestampMs } = record;
  const { powerCuts } = context;
  const topic = record.topics[0]?.name ?? '';
  const name = `record ${record.number} of ${record.producer} in ${topic}-${partition}`;
  try {
    const { offset } = await producer.send({ topic, partition, value, timestamp: BigInt(timestampMs) });
    history.acknowledge(record, offset);
    // A power cut between the answer and its arrival took the promise of a lesser acknowledgement back.
    if (record.acks !== 'all' && powerCuts !== context.powerCuts) record.isPromised = false;
    trace.detail(`${name} is at ${offset}`);
  } catch (error) {
    trace.event(`${name} failed: ${(error as Error).message}`);
    record.isAnswered = true;
    const isTopicLeaving = record.topics.length > 1 || record.topics[0]?.state !== 'live';
    if (isTopicLeaving || !isIdempotent || !(error instanceof KafkaError)) return;
    throw new Violation(`${name} was refused for good, although the producer did everything right: ${error.message}`);
  }
}
