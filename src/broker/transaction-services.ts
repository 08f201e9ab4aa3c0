// The parts of a broker that have to do with transactions, tied together.

import {
  type GroupCoordinator,
  TRANSACTION_TOPIC,
  type TransactionConfig,
  TransactionCoordinator,
} from '../coordinator/index.ts';
import type { MetadataController } from '../metadata/index.ts';
import type { Clock } from '../platform/index.ts';
import type { StorageEngine } from '../storage/index.ts';
import type { Logger } from '../telemetry/index.ts';
import { partitionCoordinatorLog } from './coordinator-log.ts';
import { ProduceTurns } from './produce-turns.ts';
import { TransactionMarkers } from './transaction-markers.ts';
import { TransactionPartitions } from './transaction-partitions.ts';
import { TransactionVerification } from './transaction-verification.ts';

export interface TransactionServices {
  readonly transactions: TransactionCoordinator;
  readonly transactionMarkers: TransactionMarkers;
  readonly transactionPartitions: TransactionPartitions;
  readonly transactionVerification: TransactionVerification;
  readonly produceTurns: ProduceTurns;
}

export interface TransactionServicesOptions {
  readonly storage: StorageEngine;
  readonly metadata: MetadataController;
  readonly groups: GroupCoordinator;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly config: TransactionConfig;
  nextProducerId(): Promise<bigint>;
}

export function transactionServices(options: TransactionServicesOptions): TransactionServices {
  const { storage, metadata, groups, clock, logger, config } = options;
  const transactionVerification = new TransactionVerification();
  const transactionMarkers = new TransactionMarkers({
    storage,
    metadata,
    groups,
    clock,
    verification: transactionVerification,
  });
  const transactions = new TransactionCoordinator({
    clock,
    logger,
    config,
    log: partitionCoordinatorLog({
      storage,
      topic: TRANSACTION_TOPIC,
      clock,
      compression: 'none',
      loadBufferBytes: config['transaction.state.log.load.buffer.size'],
    }),
    partitionCount: () =>
      metadata.image.topics.byName.get(TRANSACTION_TOPIC)?.partitions.length ??
      config['transaction.state.log.num.partitions'],
    transactionVersion: () => metadata.image.features.levels.get('transaction.version') ?? 0,
    coordinatorEpoch: (partition) => storage.partition(TRANSACTION_TOPIC, partition)?.leaderEpoch ?? 0,
    writeMarker: (partition, marker) => transactionMarkers.writeWhereItExists(partition, marker),
    nextProducerId: () => options.nextProducerId(),
  });
  const transactionPartitions = new TransactionPartitions({ transactions, metadata, config, clock });
  const produceTurns = new ProduceTurns();
  return { transactions, transactionMarkers, transactionPartitions, transactionVerification, produceTurns };
}
