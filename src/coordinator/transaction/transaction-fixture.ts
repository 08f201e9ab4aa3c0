// A transaction coordinator over a log in memory, and partitions that only take down the markers that they get.

import { readConfig } from '../../config/index.ts';
import { ManualClock } from '../../platform/index.ts';
import { KafkaError } from '../../protocol/index.ts';
import { silentLogger } from '../../telemetry/index.ts';
import type { LogMarker } from '../runtime/coordinator-log.ts';
import { MemoryLog } from '../runtime/memory-log.ts';
import type { ProducerIdentity } from './init-producer-id.ts';
import type { TopicPartition } from './topic-partitions.ts';
import { transactionConfigTable } from './transaction-config.ts';
import { TransactionCoordinator } from './transaction-coordinator.ts';
import type { TransactionMetadata } from './transaction-metadata.ts';
import { transactionRecordSerde } from './transaction-record.ts';

export const ID = 'payments';
export const TIMEOUT_MS = 60_000;
export const LAST_CLIENT_EPOCH = 32766;

export interface WrittenMarker extends LogMarker {
  /** `topic-partition` */
  readonly place: string;
}

export interface TransactionFixture {
  readonly log: MemoryLog;
  readonly clock: ManualClock;
  readonly markers: WrittenMarker[];
  /** What the next markers are refused with, by `topic-partition`. */
  readonly markerErrors: Map<string, KafkaError>;
  /** Markers wait while it is set. */
  markerGate: Promise<void> | undefined;
  coordinator: TransactionCoordinator;
  /** Ends the coordinator and loads another one from the same log, as after a crash. */
  restart(): Promise<void>;
}

export async function createFixture(
  texts: Readonly<Record<string, string>> = {},
  transactionVersion = 2,
): Promise<TransactionFixture> {
  const clock = new ManualClock();
  const log = new MemoryLog();
  let nextProducerId = 1000n;
  const create = async (): Promise<TransactionCoordinator> => {
    const coordinator = new TransactionCoordinator({
      log,
      clock,
      logger: silentLogger,
      config: readConfig(transactionConfigTable, texts),
      partitionCount: () => 1,
      transactionVersion: () => transactionVersion,
      coordinatorEpoch: () => 7,
      nextProducerId: async () => nextProducerId++,
      writeMarker: async ({ topic, partition }, marker) => {
        await fixture.markerGate;
        const place = `${topic}-${partition}`;
        const error = fixture.markerErrors.get(place);
        if (error !== undefined) throw error;
        fixture.markers.push({ ...marker, place });
      },
    });
    await coordinator.load(0);
    return coordinator;
  };
  const fixture: TransactionFixture = {
    log,
    clock,
    markers: [],
    markerErrors: new Map(),
    markerGate: undefined,
    coordinator: undefined as unknown as TransactionCoordinator,
    async restart() {
      await fixture.coordinator.stop();
      fixture.coordinator = await create();
    },
  };
  fixture.coordinator = await create();
  return fixture;
}

export function init(
  { coordinator }: TransactionFixture,
  expected?: ProducerIdentity,
  timeoutMs = TIMEOUT_MS,
): Promise<ProducerIdentity> {
  return coordinator.initProducerId({
    transactionalId: ID,
    timeoutMs,
    enablesTwoPhaseCommit: false,
    keepsPreparedTransaction: false,
    expected,
  });
}

/** Partitions are written as `topic-partition`. */
export function add(
  { coordinator }: TransactionFixture,
  producer: ProducerIdentity,
  places: readonly string[],
  version = 2,
): Promise<void> {
  return coordinator.addPartitions({ transactionalId: ID, ...producer, partitions: places.map(partitionOf) }, version);
}

export function end(
  { coordinator }: TransactionFixture,
  producer: ProducerIdentity,
  outcome: 'commit' | 'abort',
  version = 2,
): Promise<ProducerIdentity> {
  const isCommit = outcome === 'commit';
  return coordinator.endTransaction({ transactionalId: ID, ...producer, isCommit, clientTransactionVersion: version });
}

export async function stateOf({ coordinator }: TransactionFixture): Promise<string> {
  return (await coordinator.describeTransaction(ID)).transactionState;
}

/** The error's code, or the value. */
export async function outcomeOf<T>(promise: Promise<T>): Promise<T | string> {
  try {
    return await promise;
  } catch (error) {
    if (error instanceof KafkaError) return error.code;
    throw error;
  }
}

/** Everything that can go on without time passing has gone on. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** Puts a transactional id into the log as it is given, and loads it. */
export async function loadWith(fixture: TransactionFixture, metadata: TransactionMetadata): Promise<void> {
  const { transactionalId } = metadata;
  await fixture.log.append(0, [transactionRecordSerde(() => 2).serialize({ transactionalId, metadata })]);
  await fixture.restart();
}

/** The states that were logged, in order. */
export function loggedStates({ log }: TransactionFixture): (string | null)[] {
  const serde = transactionRecordSerde(() => 2);
  return log.records(0).map((record) => serde.deserialize(record)?.metadata?.state ?? null);
}

function partitionOf(place: string): TopicPartition {
  const dash = place.lastIndexOf('-');
  return { topic: place.slice(0, dash), partition: Number(place.slice(dash + 1)) };
}
