// The producer of kafkajs: messages in lists, acks and compression with each call.

import { ClientError, Producer, type ProducerOptions, type RecordMetadata, type Transaction } from '../client/index.ts';
import { reachCluster } from './admin.ts';
import type { TopicOffsets } from './batch.ts';
import { type Message, toRecord } from './message.ts';

/** The numbers of kafkajs and of the protocol; all are there without a codec to install. */
export const CompressionTypes = { None: 0, GZIP: 1, Snappy: 2, LZ4: 3, ZSTD: 4 } as const;

const CODECS = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const;

interface Sending {
  /** -1 (default): all in-sync replicas; 1: the leader; 0: nobody. */
  readonly acks?: number | undefined;
  /** One of `CompressionTypes`. */
  readonly compression?: number | undefined;
  /** Taken for the sake of programs that have it: a send ends after the delivery timeout of two minutes. */
  readonly timeout?: number | undefined;
}

/** Messages for one topic. */
export interface SendRequest extends Sending {
  readonly topic: string;
  readonly messages: readonly Message[];
}

export interface BatchRequest extends Sending {
  readonly topicMessages?: readonly { readonly topic: string; readonly messages: readonly Message[] }[] | undefined;
}

/** Where messages of one partition went. A send that fails rejects, so that `errorCode` is 0. */
export interface SentPartition {
  readonly topicName: string;
  readonly partition: number;
  readonly errorCode: 0;
  /** Of the first message of this send in the partition. */
  readonly baseOffset: string;
}

/** From `Kafka.producer`. */
export class ProducerAdapter {
  readonly #options: ProducerOptions;
  /** By acks and compression; bounded by the few of both. */
  readonly #producers = new Map<string, Producer>();

  constructor(options: ProducerOptions) {
    this.#options = options;
  }

  /** Resolves when a broker has answered. */
  connect(): Promise<void> {
    return reachCluster(this.#options);
  }

  /** Writes what was sent, and closes. */
  async disconnect(): Promise<void> {
    const producers = [...this.#producers.values()];
    this.#producers.clear();
    await Promise.all(producers.map((producer) => producer.close()));
  }

  /** Writes messages to one topic. Rejects when one of them could not be written. */
  send({ topic, messages, ...sending }: SendRequest): Promise<SentPartition[]> {
    return this.sendBatch({ ...sending, topicMessages: [{ topic, messages }] });
  }

  /** Writes messages to several topics. Rejects when one of them could not be written. */
  sendBatch({ topicMessages = [], ...sending }: BatchRequest): Promise<SentPartition[]> {
    return sendTo(this.#producer(sending), topicMessages, sending.acks);
  }

  /** Begins a transaction. Rejects with `ClientError` without a `transactionalId`. */
  async transaction(): Promise<TransactionAdapter> {
    return new TransactionAdapter(await this.#producer({}).begin());
  }

  #producer({ acks = -1, compression = CompressionTypes.None }: Sending): Producer {
    const name = `${acks} ${compression}`;
    let producer = this.#producers.get(name);
    if (producer === undefined) {
      const codec = CODECS[compression];
      if (codec === undefined) throw new ClientError(`${compression} is no compression: use CompressionTypes`);
      if (acks !== -1 && acks !== 0 && acks !== 1) throw new ClientError(`acks are -1, 0 or 1, not ${acks}`);
      producer = new Producer({ ...this.#options, compression: codec, acks: acks === -1 ? 'all' : acks });
      this.#producers.set(name, producer);
    }
    return producer;
  }
}

/** From `ProducerAdapter.transaction`. */
export class TransactionAdapter {
  readonly #transaction: Transaction;

  constructor(transaction: Transaction) {
    this.#transaction = transaction;
  }

  /** Writes messages to one topic, in the transaction. */
  send({ topic, messages }: SendRequest): Promise<SentPartition[]> {
    return sendTo(this.#transaction, [{ topic, messages }]);
  }

  /** Writes messages to several topics, in the transaction. */
  sendBatch({ topicMessages = [] }: BatchRequest): Promise<SentPartition[]> {
    return sendTo(this.#transaction, topicMessages);
  }

  /** Commits offsets of a group with the transaction. */
  sendOffsets({
    consumerGroupId,
    topics,
  }: {
    consumerGroupId: string;
    topics: readonly TopicOffsets[];
  }): Promise<void> {
    const offsets = topics.flatMap(({ topic, partitions }) =>
      partitions.map(({ partition, offset }) => ({ topic, partition, offset: BigInt(offset) })),
    );
    const group = { groupId: consumerGroupId, groupInstanceId: null, memberId: '', generationId: -1 };
    return this.#transaction.sendOffsets(group, offsets);
  }

  /** All of it can be seen. Rejects with `TransactionAbortedError` when something in it failed. */
  commit(): Promise<void> {
    return this.#transaction.commit();
  }

  /** Nothing of it will be seen by those who read committed records. */
  abort(): Promise<void> {
    return this.#transaction.abort();
  }

  /** False once it was committed or aborted. */
  isActive(): boolean {
    return this.#transaction.isOpen;
  }
}

async function sendTo(
  producer: Pick<Producer | Transaction, 'send'>,
  topicMessages: readonly { readonly topic: string; readonly messages: readonly Message[] }[],
  acks = -1,
): Promise<SentPartition[]> {
  const written = await Promise.all(
    topicMessages.flatMap(({ topic, messages }) => messages.map((message) => producer.send(toRecord(topic, message)))),
  );
  return acks === 0 ? [] : byPartition(written);
}

function byPartition(written: readonly RecordMetadata[]): SentPartition[] {
  const first = new Map<string, RecordMetadata>();
  for (const place of written) {
    const name = `${place.topic}-${place.partition}`;
    const known = first.get(name);
    if (known === undefined || place.offset < known.offset) first.set(name, place);
  }
  return [...first.values()].map(({ topic: topicName, partition, offset }) => ({
    topicName,
    partition,
    errorCode: 0,
    baseOffset: String(offset),
  }));
}
