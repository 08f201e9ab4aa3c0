// AlterReplicaLogDirs (KIP-113): in which log directory a partition should be. It is answered when the move has begun; DescribeLogDirs tells how far it
// is. What does not exist yet will be made there.

import { alterReplicaLogDirs, errorCode, KafkaError, type RequestOf } from '../../protocol/index.ts';
import { requireCluster } from '../authorization.ts';
import { type Answer, handler, type RequestContext } from '../handler.ts';
import { asKafkaError } from '../kafka-error.ts';

type PartitionResult = Answer<typeof alterReplicaLogDirs>['results'][number]['partitions'][number];

export const alterReplicaLogDirsHandler = handler(alterReplicaLogDirs, {
  async handle(request, context) {
    requireCluster(context, 'alter');
    const codes: number[] = [];
    for (const { path, topic, index } of movesOf(request)) {
      try {
        await move(path, topic, index, context);
        codes.push(0);
      } catch (error) {
        codes.push(asKafkaError(error, context).errorCode);
      }
    }
    return answer(request, codes);
  },
  fail: (request, error) =>
    answer(
      request,
      movesOf(request).map(() => errorCode(error.code)),
    ),
});

function movesOf({ dirs }: RequestOf<typeof alterReplicaLogDirs>) {
  return dirs.flatMap(({ path, topics }) =>
    topics.flatMap(({ name: topic, partitions }) => partitions.map((index) => ({ path, topic, index }))),
  );
}

/** The answer goes by topic and not by directory. */
function answer(
  request: RequestOf<typeof alterReplicaLogDirs>,
  codes: readonly number[],
): Answer<typeof alterReplicaLogDirs> {
  const topics = new Map<string, PartitionResult[]>();
  for (const [at, { topic, index }] of movesOf(request).entries()) {
    const partitions = topics.get(topic) ?? [];
    partitions.push({ partitionIndex: index, errorCode: codes[at] ?? 0 });
    topics.set(topic, partitions);
  }
  return { results: Array.from(topics, ([topicName, partitions]) => ({ topicName, partitions })) };
}

async function move(path: string, topic: string, index: number, { services }: RequestContext): Promise<void> {
  try {
    await services.storage.movePartition(topic, index, path);
  } catch (error) {
    const isBeingMade = services.metadata.image.topics.partition(topic, index) !== undefined;
    if (error instanceof KafkaError && error.code === 'UNKNOWN_TOPIC_OR_PARTITION' && isBeingMade)
      throw new KafkaError('REPLICA_NOT_AVAILABLE', error.message, { cause: error });
    throw error;
  }
}
