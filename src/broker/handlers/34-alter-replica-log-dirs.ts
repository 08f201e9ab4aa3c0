// AlterReplicaLogDirs (KIP-113): in which log directory a partition should be. Partitions stay where they were created: asking for that
// directory succeeds, asking for another one is refused.

import { alterReplicaLogDirs, errorCode, KafkaError } from '../../protocol/index.ts';
import type { LogDirDescription } from '../../storage/index.ts';
import { requireCluster } from '../authorization.ts';
import { type Answer, handler, type RequestContext } from '../handler.ts';
import { asKafkaError } from '../kafka-error.ts';
import { hostedPartition } from '../partitions.ts';

type TopicResult = Answer<typeof alterReplicaLogDirs>['results'][number];

export const alterReplicaLogDirsHandler = handler(alterReplicaLogDirs, {
  async handle(request, context) {
    requireCluster(context, 'alter');
    const directories = await context.services.storage.describeLogDirs();
    return results(request.dirs, (path, topic, index) => {
      try {
        checkPlace(directories, path, topic, index, context);
        return 0;
      } catch (error) {
        return asKafkaError(error, context).errorCode;
      }
    });
  },
  fail: (request, error) => results(request.dirs, () => errorCode(error.code)),
});

/** Asks for each partition; the answer goes by topic and not by directory. */
function results(
  dirs: readonly { readonly path: string; readonly topics: readonly { name: string; partitions: number[] }[] }[],
  codeOf: (path: string, topic: string, index: number) => number,
): Answer<typeof alterReplicaLogDirs> {
  const topics = new Map<string, TopicResult['partitions'][number][]>();
  for (const { path, topics: asked } of dirs) {
    for (const { name, partitions } of asked) {
      const known = topics.get(name) ?? [];
      known.push(
        ...partitions.map((partitionIndex) => ({ partitionIndex, errorCode: codeOf(path, name, partitionIndex) })),
      );
      topics.set(name, known);
    }
  }
  return { results: Array.from(topics, ([topicName, partitions]) => ({ topicName, partitions })) };
}

function checkPlace(
  directories: readonly LogDirDescription[],
  path: string,
  topic: string,
  index: number,
  { services }: RequestContext,
): void {
  const directory = directories.find((one) => one.path === path);
  if (directory === undefined) throw new KafkaError('LOG_DIR_NOT_FOUND');
  if (directory.error !== undefined) throw new KafkaError('KAFKA_STORAGE_ERROR');
  hostedPartition(services, topic, index);
  if (directory.partitions.some((one) => one.topic === topic && one.index === index)) return;
  throw new KafkaError(
    'INVALID_REPLICA_ASSIGNMENT',
    `Cannot move ${topic}-${index} to ${path}: partitions stay in the directory in which they were created`,
  );
}
