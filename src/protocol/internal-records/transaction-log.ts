// The state of a transactional id: producer id and epoch, state, partitions.

import { array, int8, int16, int32, int64, string, struct } from '../schema/field.ts';
import { coordinatorRecord, type KeyOf, type ValueOf } from './coordinator-record.ts';

export const transactionLogRecord = coordinatorRecord({
  type: 0,
  name: 'TransactionLog',
  versions: '0-1',
  flexibleVersions: '1+',
  key: {
    transactionalId: string(),
  },
  value: {
    producerId: int64(),
    previousProducerId: int64({ versions: '1+', default: -1n, tag: 0 }),
    nextProducerId: int64({ versions: '1+', default: -1n, tag: 1 }),
    producerEpoch: int16(),
    nextProducerEpoch: int16({ versions: '1+', default: -1, tag: 3 }),
    transactionTimeoutMs: int32(),
    transactionStatus: int8(),
    transactionPartitions: array(struct({ topic: string(), partitionIds: array(int32()) }), { nullable: '0+' }),
    transactionLastUpdateTimestampMs: int64(),
    transactionStartTimestampMs: int64(),
    clientTransactionVersion: int16({ versions: '1+', default: 0, tag: 2 }),
  },
});

export type TransactionLogKey = KeyOf<typeof transactionLogRecord>;
export type TransactionLogValue = ValueOf<typeof transactionLogRecord>;
