// A broker tells the controller which log directory each replica lies in.

import { api, type RequestOf, type ResponseOf } from '../schema/api.ts';
import { array, int16, int32, int64, struct, uuid } from '../schema/field.ts';

export const assignReplicasToDirs = api({
  key: 73,
  name: 'AssignReplicasToDirs',
  versions: '0',
  flexibleVersions: '0+',
  listeners: ['controller'],
  request: {
    brokerId: int32(),
    brokerEpoch: int64({ default: -1n }),
    directories: array(
      struct({
        id: uuid(),
        topics: array(struct({ topicId: uuid(), partitions: array(struct({ partitionIndex: int32() })) })),
      }),
    ),
  },
  response: {
    throttleTimeMs: int32(),
    errorCode: int16(),
    directories: array(
      struct({
        id: uuid(),
        topics: array(
          struct({ topicId: uuid(), partitions: array(struct({ partitionIndex: int32(), errorCode: int16() })) }),
        ),
      }),
    ),
  },
});

export type AssignReplicasToDirsRequest = RequestOf<typeof assignReplicasToDirs>;
export type AssignReplicasToDirsResponse = ResponseOf<typeof assignReplicasToDirs>;
