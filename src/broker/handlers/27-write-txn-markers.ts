// WriteTxnMarkers: ends transactions in partitions of this broker, for other brokers, and for administrators who end what hangs (KIP-664).
// v2+ says by whose rules the epoch is judged (KIP-890).

import type { LogMarker, TopicPartition } from '../../coordinator/index.ts';
import { CLUSTER_NAME } from '../../metadata/index.ts';
import { errorCode, type RequestOf, writeTxnMarkers } from '../../protocol/index.ts';
import { mayDo, requireCluster } from '../authorization.ts';
import { handler, type RequestContext } from '../handler.ts';
import { asKafkaError } from '../kafka-error.ts';

type Marker = RequestOf<typeof writeTxnMarkers>['markers'][number];

export const writeTxnMarkersHandler = handler(writeTxnMarkers, {
  async handle({ markers }, context) {
    if (!mayDo(context, 'alter', 'cluster', CLUSTER_NAME)) requireCluster(context, 'clusterAction');
    return { markers: await Promise.all(markers.map((marker) => write(marker, context))) };
  },
  fail({ markers }, error) {
    const code = errorCode(error.code);
    return {
      markers: markers.map(({ producerId, topics }) => ({
        producerId,
        topics: topics.map(({ name, partitionIndexes }) => ({
          name,
          partitions: partitionIndexes.map((partitionIndex) => ({ partitionIndex, errorCode: code })),
        })),
      })),
    };
  },
});

async function write(marker: Marker, context: RequestContext) {
  const { producerId, producerEpoch, coordinatorEpoch, transactionVersion, transactionResult, topics } = marker;
  const entry = { producerId, producerEpoch, coordinatorEpoch, transactionVersion, isCommit: transactionResult };
  const written = topics.map(async ({ name, partitionIndexes }) => ({
    name,
    partitions: await Promise.all(
      partitionIndexes.map(async (partitionIndex) => ({
        partitionIndex,
        errorCode: await writeOne({ topic: name, partition: partitionIndex }, entry, context),
      })),
    ),
  }));
  return { producerId, topics: await Promise.all(written) };
}

async function writeOne(partition: TopicPartition, marker: LogMarker, context: RequestContext): Promise<number> {
  try {
    await context.services.transactionMarkers.write(partition, marker);
    return 0;
  } catch (error) {
    return errorCode(asKafkaError(error, context).code);
  }
}
