// A transactional producer for tests, as plain as can be: it sends what it is told, in the versions that it is told.

import {
  addPartitionsToTxn,
  endTxn,
  errorName,
  fetch,
  findCoordinator,
  initProducerId,
  isControl,
  iterateBatches,
  produce,
  type RequestInput,
  readRecords,
  txnOffsetCommit,
} from '../../protocol/index.ts';
import type { TestBroker } from './test-broker.ts';
import type { TestClient } from './test-client.ts';
import { batchOf, fetchRequest } from './topics.ts';

export const TRANSACTIONAL_ID = 'payments';

export interface Identity {
  readonly producerId: bigint;
  readonly producerEpoch: number;
}

/** Finds the coordinator, which makes its topic, and takes the transactional id. */
export async function beginProducer(broker: TestBroker, client: TestClient, timeoutMs = 60_000): Promise<Identity> {
  const coordinatorKeys = [TRANSACTIONAL_ID];
  await broker.settle(client.send(findCoordinator, 4, { keyType: 1, coordinatorKeys }));
  return takeId(broker, client, timeoutMs);
}

export async function takeId(broker: TestBroker, client: TestClient, timeoutMs = 60_000): Promise<Identity> {
  const request = { transactionalId: TRANSACTIONAL_ID, transactionTimeoutMs: timeoutMs };
  const { errorCode, producerId, producerEpoch } = await broker.settle(client.send(initProducerId, 5, request));
  if (errorCode !== 0) throw new Error(`no producer id: ${errorName(errorCode)}`);
  return { producerId, producerEpoch };
}

export interface WriteOptions {
  readonly topic?: string;
  readonly partition?: number;
  readonly sequence?: number;
  readonly version?: number;
  readonly transactionalId?: string | null;
}

export function transactionalProduce(
  producer: Identity,
  value: string,
  options: WriteOptions = {},
): RequestInput<typeof produce> {
  const { topic = 'orders', partition = 0, sequence = 0, transactionalId = TRANSACTIONAL_ID } = options;
  const records = batchOf([value], { ...producer, baseSequence: sequence, isTransactional: true });
  const topicData = [{ name: topic, partitionData: [{ index: partition, records }] }];
  return { transactionalId, acks: -1, timeoutMs: 1000, topicData };
}

/** The error's name, NONE if it was written. */
export async function write(
  broker: TestBroker,
  client: TestClient,
  producer: Identity,
  value: string,
  options: WriteOptions = {},
): Promise<string | undefined> {
  const request = transactionalProduce(producer, value, options);
  const { responses } = await broker.settle(client.send(produce, options.version ?? 12, request));
  return errorName(responses[0]?.partitionResponses[0]?.errorCode ?? -1);
}

/** As clients before KIP-890 do; the error's name. */
export async function addPartition(
  broker: TestBroker,
  client: TestClient,
  producer: Identity,
  topic: string,
  partition = 0,
): Promise<string | undefined> {
  const { resultsByTopicV3AndBelow: results } = await broker.settle(
    client.send(addPartitionsToTxn, 3, {
      v3AndBelowTransactionalId: TRANSACTIONAL_ID,
      v3AndBelowProducerId: producer.producerId,
      v3AndBelowProducerEpoch: producer.producerEpoch,
      v3AndBelowTopics: [{ name: topic, partitions: [partition] }],
    }),
  );
  return errorName(results[0]?.resultsByPartition[0]?.partitionErrorCode ?? -1);
}

/** The identity to go on with. */
export async function endTransaction(
  broker: TestBroker,
  client: TestClient,
  producer: Identity,
  outcome: 'commit' | 'abort',
  version = 5,
): Promise<Identity> {
  const request = { transactionalId: TRANSACTIONAL_ID, ...producer, committed: outcome === 'commit' };
  const response = await broker.settle(client.send(endTxn, version, request));
  if (response.errorCode !== 0) throw new Error(`cannot ${outcome}: ${errorName(response.errorCode)}`);
  return version >= 5 ? { producerId: response.producerId, producerEpoch: response.producerEpoch } : producer;
}

export interface CommitOptions {
  readonly version?: number;
  readonly groupId?: string;
  readonly topic?: string;
}

export async function commitOffset(
  broker: TestBroker,
  client: TestClient,
  producer: Identity,
  committedOffset: bigint,
  options: CommitOptions = {},
): Promise<string | undefined> {
  const { version = 5, groupId = 'copiers', topic = 'orders' } = options;
  const partitions = [{ partitionIndex: 0, committedOffset, committedMetadata: null }];
  const request = { transactionalId: TRANSACTIONAL_ID, groupId, ...producer, topics: [{ name: topic, partitions }] };
  const { topics } = await broker.settle(client.send(txnOffsetCommit, version, request));
  return errorName(topics[0]?.partitions[0]?.errorCode ?? -1);
}

/** What a reader of committed records sees, as a consumer filters it. */
export async function committedValues(broker: TestBroker, client: TestClient, topic = 'orders'): Promise<string[]> {
  const { responses } = await broker.settle(client.send(fetch, 12, fetchRequest({ topic, isolationLevel: 1 })));
  const [partition] = responses[0]?.partitions ?? [];
  const aborted = [...(partition?.abortedTransactions ?? [])];
  const values: string[] = [];
  const abortedProducers = new Set<bigint>();
  const records = Buffer.concat([partition?.records ?? []].flat());
  for (const header of iterateBatches(records)) {
    for (const entry of aborted) {
      if (entry.firstOffset <= header.lastOffset) abortedProducers.add(entry.producerId);
    }
    if (isControl(header.attributes)) {
      aborted.splice(0, aborted.length, ...aborted.filter(({ firstOffset }) => firstOffset > header.baseOffset));
      abortedProducers.delete(header.producerId);
    } else if (!abortedProducers.has(header.producerId)) {
      for (const { value } of readRecords(records, header)) values.push(value?.toString() ?? '');
    }
  }
  return values;
}
