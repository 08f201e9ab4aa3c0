// The settings of transactions and of the topic that keeps their state.

import { boolean, int, short } from '../../config/index.ts';

export const transactionConfigTable = {
  'transaction.max.timeout.ms': int({
    default: '900000',
    min: 1,
    doc: 'The longest timeout that a producer may ask for its transactions, in milliseconds. Longer ones are refused with INVALID_TRANSACTION_TIMEOUT.',
  }),
  'transactional.id.expiration.ms': int({
    default: '604800000',
    min: 1,
    doc: 'How long a transactional id without an open transaction is remembered after its last change, in milliseconds.',
  }),
  'transaction.max.transactional.ids': int({
    default: '1000000',
    min: 1,
    doc: 'How many transactional ids are remembered, in equal parts by the partitions of the transaction topic. New ones beyond are refused with POLICY_VIOLATION until others have expired.',
  }),
  'transaction.abort.timed.out.transaction.cleanup.interval.ms': int({
    default: '10000',
    min: 1,
    doc: 'How often transactions are looked for that have been open for longer than their timeout, in milliseconds. They are aborted.',
  }),
  'transaction.remove.expired.transaction.cleanup.interval.ms': int({
    default: '3600000',
    min: 1,
    doc: 'How often expired transactional ids are looked for, in milliseconds.',
  }),
  'transaction.two.phase.commit.enable': boolean({
    default: 'false',
    doc: 'Lets producers leave the end of a transaction to a coordinator outside, without a timeout (KIP-939).',
  }),
  'transaction.partition.verification.enable': boolean({
    default: 'true',
    updateMode: 'cluster-wide',
    doc: 'Refuses transactional records for partitions that their transaction does not have, so that none is left open for ever.',
  }),
  'add.partitions.to.txn.retry.backoff.ms': int({
    default: '20',
    min: 1,
    doc: 'How long a write that begins a transaction waits, in milliseconds, before it asks again whether the one before has ended.',
  }),
  'add.partitions.to.txn.retry.backoff.max.ms': int({
    default: '100',
    min: 0,
    doc: 'How long such a write waits altogether, in milliseconds, before the producer is told CONCURRENT_TRANSACTIONS.',
  }),
  'transaction.state.log.num.partitions': int({
    default: '50',
    min: 1,
    doc: 'How many partitions the transaction topic is created with. Must not change afterwards, as a transactional id is found by it.',
  }),
  'transaction.state.log.replication.factor': short({
    default: '3',
    min: 1,
    doc: 'How many replicas the transaction topic is created with. More than there are brokers are reduced to their number.',
  }),
  'transaction.state.log.min.isr': int({
    default: '2',
    min: 1,
    doc: 'The min.insync.replicas that the transaction topic is created with.',
  }),
  'transaction.state.log.segment.bytes': int({
    default: '104857600',
    min: 1,
    doc: 'The size of a segment of the transaction topic, in bytes. Smaller segments are compacted and loaded sooner.',
  }),
  'transaction.state.log.load.buffer.size': int({
    default: '5242880',
    min: 1,
    doc: 'How much is read from the transaction topic at a time when transactions are loaded, in bytes.',
  }),
} as const;
