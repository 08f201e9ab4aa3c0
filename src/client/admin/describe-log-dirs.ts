// DescribeLogDirs: what each partition takes on the disks of each broker.

import { describeLogDirs as describeLogDirsApi, type KafkaError } from '../../protocol/index.ts';
import type { Cluster, RetryScope } from '../cluster.ts';
import { responseError } from '../response-error.ts';
import { throwResponseError } from './response-error.ts';

/** A replica in a log directory. */
export interface LogDirPartition {
  readonly topic: string;
  readonly partition: number;
  readonly sizeInBytes: bigint;
  /** How far it is behind the high watermark, or behind the current replica for one that is moving here. */
  readonly offsetLag: bigint;
  readonly isFuture: boolean;
}

/** A log directory of a broker, with what lies in it. */
export interface LogDirDescription {
  readonly brokerId: number;
  readonly path: string;
  /** Of the file system; -1 when the broker is too old to say. */
  readonly totalBytes: bigint;
  readonly usableBytes: bigint;
  readonly partitions: readonly LogDirPartition[];
  readonly error: KafkaError | undefined;
}

export async function describeLogDirs(
  cluster: Cluster,
  brokerIds: readonly number[],
  options: RetryScope = {},
): Promise<LogDirDescription[]> {
  const described = await Promise.all(brokerIds.map((brokerId) => describeBroker(cluster, brokerId, options)));
  return described.flat();
}

function describeBroker(cluster: Cluster, brokerId: number, options: RetryScope): Promise<LogDirDescription[]> {
  const what = `describe the log directories of broker ${brokerId}`;
  return cluster.retry(what, options, async () => {
    const response = await cluster.sendToNode(
      brokerId,
      describeLogDirsApi,
      { topics: null },
      { signal: options.signal },
    );
    throwResponseError(response.errorCode, what);
    return response.results.map((result) => ({
      brokerId,
      path: result.logDir,
      totalBytes: result.totalBytes,
      usableBytes: result.usableBytes,
      // Not `itemError`: which directory is out of order is what one asks for.
      error: responseError(result.errorCode, `${what} at ${result.logDir}`),
      partitions: result.topics.flatMap((topic) =>
        topic.partitions.map((partition) => ({
          topic: topic.name,
          partition: partition.partitionIndex,
          sizeInBytes: partition.partitionSize,
          offsetLag: partition.offsetLag,
          isFuture: partition.isFutureKey,
        })),
      ),
    }));
  });
}
