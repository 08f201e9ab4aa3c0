// DescribeLogDirs (KIP-113, KIP-827, KIP-1066): what lies in the log directories, and how much room there is.

import { describeLogDirs, errorCode, type RequestOf } from '../../protocol/index.ts';
import type { LogDirDescription } from '../../storage/index.ts';
import { requireCluster } from '../authorization.ts';
import { type Answer, handler } from '../handler.ts';

type Wanted = RequestOf<typeof describeLogDirs>['topics'];
type Result = Answer<typeof describeLogDirs>['results'][number];

export const describeLogDirsHandler = handler(describeLogDirs, {
  async handle(request, context) {
    requireCluster(context, 'describe');
    const directories = await context.services.storage.describeLogDirs();
    return { errorCode: 0, results: directories.map((directory) => describe(directory, request.topics)) };
  },
  fail: (_request, error) => ({ errorCode: error.errorCode, results: [] }),
});

function describe(directory: LogDirDescription, wanted: Wanted): Result {
  if (directory.error !== undefined) {
    return { errorCode: errorCode('KAFKA_STORAGE_ERROR'), logDir: directory.path, topics: [] };
  }
  const topics = new Map<string, Result['topics'][number]['partitions'][number][]>();
  for (const { topic, index, sizeInBytes, isFuture, offsetLag } of directory.partitions) {
    if (!isWanted(wanted, topic, index)) continue;
    const partitions = topics.get(topic) ?? [];
    partitions.push({
      partitionIndex: index,
      partitionSize: BigInt(sizeInBytes),
      offsetLag,
      isFutureKey: isFuture,
    });
    topics.set(topic, partitions);
  }
  return {
    errorCode: 0,
    logDir: directory.path,
    topics: Array.from(topics, ([name, partitions]) => ({ name, partitions })),
    totalBytes: BigInt(directory.totalBytes),
    usableBytes: BigInt(directory.usableBytes),
    isCordoned: directory.isCordoned,
  };
}

function isWanted(wanted: Wanted, topic: string, index: number): boolean {
  return wanted === null || wanted.some((asked) => asked.topic === topic && asked.partitions.includes(index));
}
