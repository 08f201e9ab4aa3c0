// UnregisterBroker: forgets a broker that is gone for good, one that Apache Kafka has left in the metadata for example.

import { KafkaError } from '../../protocol/index.ts';
import type { MetadataImage } from '../image/metadata-image.ts';
import { NO_LEADER, partitionChange } from '../image/partition-image.ts';
import type { MetadataRecord } from '../metadata-record.ts';
import type { Decision } from './decision.ts';

/** `nodeId`: this node, which cannot go while it answers. */
export function unregisterBroker(image: MetadataImage, brokerId: number, nodeId: number): Decision<void> {
  const broker = image.brokers.byId.get(brokerId);
  if (broker === undefined) {
    throw new KafkaError('BROKER_ID_NOT_REGISTERED', `Broker ID ${brokerId} is not currently registered`);
  }
  if (brokerId === nodeId) {
    throw new KafkaError(
      'INVALID_REQUEST',
      `Cannot unregister broker ${brokerId}: it is the one that serves the request`,
    );
  }
  const value = { brokerId, brokerEpoch: broker.brokerEpoch };
  return {
    records: [...partitionRecords(image, brokerId), { type: 'UnregisterBrokerRecord', value }],
    response: undefined,
  };
}

/** Takes the broker out of what is in sync. The last replica in sync remains eligible to lead, should its broker come back. */
function partitionRecords(image: MetadataImage, brokerId: number): MetadataRecord[] {
  const records: MetadataRecord[] = [];
  for (const { topicId, partitions } of image.topics.byId.values()) {
    for (const [index, { isr, leader, eligibleLeaderReplicas }] of partitions.entries()) {
      if (!isr.includes(brokerId)) continue;
      const rest = isr.filter((id) => id !== brokerId);
      const change = {
        isr: rest,
        ...(leader === brokerId && { leader: rest.find((id) => image.brokers.isActive(id)) ?? NO_LEADER }),
        ...(rest.length === 0 && { eligibleLeaderReplicas: [...eligibleLeaderReplicas, brokerId] }),
      };
      records.push({ type: 'PartitionChangeRecord', value: partitionChange(topicId, index, change) });
    }
  }
  return records;
}
