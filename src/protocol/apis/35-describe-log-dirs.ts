// Tells what lies in the log directories of a broker, and how much room they have.

import { api, type RequestOf, type ResponseOf } from '../schema/api.ts';
import { array, boolean, int16, int32, int64, string, struct } from '../schema/field.ts';

export const describeLogDirs = api({
  key: 35,
  name: 'DescribeLogDirs',
  versions: '1-5',
  flexibleVersions: '2+',
  request: {
    topics: array(struct({ topic: string(), partitions: array(int32()) }), { nullable: '0+' }),
  },
  response: {
    throttleTimeMs: int32(),
    errorCode: int16({ versions: '3+', ignorable: true }),
    results: array(
      struct({
        errorCode: int16(),
        logDir: string(),
        topics: array(
          struct({
            name: string(),
            partitions: array(
              struct({ partitionIndex: int32(), partitionSize: int64(), offsetLag: int64(), isFutureKey: boolean() }),
            ),
          }),
        ),
        totalBytes: int64({ versions: '4+', default: -1n, ignorable: true }),
        usableBytes: int64({ versions: '4+', default: -1n, ignorable: true }),
        isCordoned: boolean({ versions: '5+', default: false, ignorable: true }),
      }),
    ),
  },
});

export type DescribeLogDirsRequest = RequestOf<typeof describeLogDirs>;
export type DescribeLogDirsResponse = ResponseOf<typeof describeLogDirs>;
