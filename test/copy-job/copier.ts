// A copier on our own client: reads a topic as a member of a group, and writes what it makes of each record, together with the offsets, in transactions.
// It never ends by itself. Started as `node copier.ts '{ "bootstrapServers": ... }'`.

import { Consumer, Producer, TransactionAbortedError } from '../../src/client/index.ts';
import { copyOf } from './copy-of.ts';

export interface CopierParameters {
  readonly bootstrapServers: string;
  readonly source: string;
  readonly target: string;
  readonly groupId: string;
  readonly groupProtocol: 'classic' | 'consumer';
  readonly groupInstanceId?: string;
  readonly transactionalId: string;
  readonly recordsPerTransaction: number;
}

/** Of all transactions, how many the copier gives up of its own will. */
const GIVEN_UP = 0.1;

if (import.meta.main) await copy(JSON.parse(process.argv[2] ?? '{}'));

async function copy(parameters: CopierParameters): Promise<never> {
  const { bootstrapServers, source, target, groupId, transactionalId } = parameters;
  const timing = { retryBackoffMs: 20, retryBackoffMaxMs: 200 };
  const producer = new Producer({ bootstrapServers, transactionalId, transactionTimeoutMs: 20_000, ...timing });
  // Ends at once what a predecessor has left open, instead of with the first transaction.
  await (await producer.begin()).abort();
  const consumer = new Consumer({
    bootstrapServers,
    groupId,
    groupProtocol: parameters.groupProtocol,
    groupInstanceId: parameters.groupInstanceId,
    ...(parameters.groupProtocol === 'classic' && { sessionTimeoutMs: 3000, heartbeatIntervalMs: 300 }),
    autoOffsetReset: 'earliest',
    autoCommit: false,
    readCommitted: true,
    maxPollRecords: parameters.recordsPerTransaction,
    ...timing,
  });
  consumer.subscribe([source]);
  for (;;) {
    const batch = await consumer.poll(60_000);
    const first = batch?.records[0];
    if (batch === undefined || first === undefined) continue;
    const { partition, records } = batch;
    let isWritten = false;
    try {
      await producer.transaction(async (transaction) => {
        for (const { value } of records) void transaction.send({ topic: target, partition, value: copyOf(value) });
        await transaction.sendOffsets(consumer);
        if (Math.random() < GIVEN_UP) return transaction.abort();
        isWritten = true;
      });
    } catch (error) {
      // With any other error it is not known whether the records are there: whoever comes next asks what was committed.
      if (!(error instanceof TransactionAbortedError && error.retriable)) throw error;
      isWritten = false;
    }
    if (!isWritten) consumer.seek({ topic: source, partition }, first.offset);
  }
}
