// The life of this node in the metadata: it registers at every start, gets its partitions' leadership back, and is unfenced when it serves.

import type { BrokerRegistrationChangeRecord } from '../../protocol/index.ts';
import type { BrokerImage } from '../image/brokers-image.ts';
import type { MetadataImage } from '../image/metadata-image.ts';
import { NO_LEADER, type PartitionImage, partitionChange } from '../image/partition-image.ts';
import type { MetadataRecord } from '../metadata-record.ts';
import type { Decision } from './decision.ts';
import { SUPPORTED_FEATURES } from './features.ts';

export interface BrokerDescription {
  readonly brokerId: number;
  /** Differs from start to start. */
  readonly incarnationId: string;
  readonly rack: string | null;
  /** `securityProtocol`: 0 PLAINTEXT, 1 SSL, 2 SASL_PLAINTEXT, 3 SASL_SSL. */
  readonly endPoints: readonly {
    readonly name: string;
    readonly host: string;
    readonly port: number;
    readonly securityProtocol: number;
  }[];
  /** Ids of its log directories. */
  readonly logDirs: readonly string[];
  /** Of these, the ones that get no new partitions. */
  readonly cordonedLogDirs: readonly string[];
}

const UNFENCED = -1;
const NO_CHANGE = 0;

/**
 * Registers the broker, still fenced. Its epoch is the offset of the registration in the log. After an unclean stop the broker may have lost what it
 * had not synced, so every partition that it leads gets a new leader epoch first: readers then ask again where their log ends.
 */
export function registerBroker(
  image: MetadataImage,
  broker: BrokerDescription,
  wasCleanlyStopped: boolean,
): Decision<{ readonly brokerEpoch: bigint }> {
  const isKnown = image.brokers.byId.has(broker.brokerId);
  const records = isKnown ? electionRecords(image, broker.brokerId, wasCleanlyStopped) : [];
  const brokerEpoch = image.endOffset + BigInt(records.length);
  records.push({
    type: 'RegisterBrokerRecord',
    value: {
      brokerId: broker.brokerId,
      isMigratingZkBroker: false,
      incarnationId: broker.incarnationId,
      brokerEpoch,
      endPoints: broker.endPoints.map((endPoint) => ({ ...endPoint })),
      features: Object.entries(SUPPORTED_FEATURES).map(([name, { min, max }]) => ({
        name,
        minSupportedVersion: min,
        maxSupportedVersion: max,
      })),
      rack: broker.rack,
      fenced: true,
      inControlledShutdown: false,
      logDirs: [...broker.logDirs],
      cordonedLogDirs: [...broker.cordonedLogDirs],
    },
  });
  return { records, response: { brokerEpoch } };
}

/** The broker serves: partitions may be given to it from now on. Nothing happens when it is unfenced already, or gone. */
export function unfenceBroker(image: MetadataImage, brokerId: number): Decision<void> {
  const broker = image.brokers.byId.get(brokerId);
  if (broker === undefined || !broker.fenced) return { records: [], response: undefined };
  return changeOf(broker, { fenced: UNFENCED });
}

/** From now on these of the broker's log directories get no new partitions, and the others do. */
export function cordonDirectories(
  image: MetadataImage,
  brokerId: number,
  cordonedLogDirs: readonly string[],
): Decision<void> {
  const broker = image.brokers.byId.get(brokerId);
  const before = broker?.cordonedLogDirs ?? [];
  const isSame = before.length === cordonedLogDirs.length && before.every((id) => cordonedLogDirs.includes(id));
  if (broker === undefined || isSame) return { records: [], response: undefined };
  return changeOf(broker, { cordonedLogDirs: [...cordonedLogDirs] });
}

function changeOf(
  { brokerId, brokerEpoch }: BrokerImage,
  change: Partial<BrokerRegistrationChangeRecord>,
): Decision<void> {
  const same = { fenced: NO_CHANGE, inControlledShutdown: NO_CHANGE, logDirs: [], cordonedLogDirs: null };
  const value = { ...same, ...change, brokerId, brokerEpoch };
  return { records: [{ type: 'BrokerRegistrationChangeRecord', value }], response: undefined };
}

function electionRecords(image: MetadataImage, brokerId: number, wasCleanlyStopped: boolean): MetadataRecord[] {
  const records: MetadataRecord[] = [];
  for (const { topicId, partitions } of image.topics.byId.values()) {
    for (const [index, partition] of partitions.entries()) {
      const change = electionOf(partition, brokerId, wasCleanlyStopped);
      if (change === undefined) continue;
      records.push({ type: 'PartitionChangeRecord', value: partitionChange(topicId, index, change) });
    }
  }
  return records;
}

function electionOf(partition: PartitionImage, brokerId: number, wasCleanlyStopped: boolean) {
  const { leader, isr, replicas, eligibleLeaderReplicas, lastKnownElr } = partition;
  if (leader === brokerId && !wasCleanlyStopped) return { leader: brokerId };
  // A log that Apache Kafka has left behind says that nobody leads, and who may.
  if (leader !== NO_LEADER || !replicas.includes(brokerId)) return undefined;
  if (isr.includes(brokerId)) return { leader: brokerId };
  if (isr.length > 0) return undefined;
  const left = eligibleLeaderReplicas.filter((id) => id !== brokerId);
  return {
    leader: brokerId,
    isr: [brokerId],
    ...(left.length < eligibleLeaderReplicas.length && { eligibleLeaderReplicas: left }),
    ...(lastKnownElr.length > 0 && { lastKnownElr: [] }),
  };
}
