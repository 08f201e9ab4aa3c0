// The records of the cluster's metadata, by the names that Kafka gives them, and the versions in which they are written: those of the metadata
// version that this release finalizes.

import type { RecordSerde } from '../coordinator/index.ts';
import {
  abortTransactionRecord,
  accessControlEntryRecord,
  beginTransactionRecord,
  brokerRegistrationChangeRecord,
  clientQuotaRecord,
  configRecord,
  decodeMetadataRecord,
  delegationTokenRecord,
  encodeMetadataRecord,
  endTransactionRecord,
  featureLevelRecord,
  METADATA_RECORDS,
  type MetadataRecordOf,
  partitionChangeRecord,
  partitionRecord,
  producerIdsRecord,
  registerBrokerRecord,
  removeAccessControlEntryRecord,
  removeDelegationTokenRecord,
  removeTopicRecord,
  removeUserScramCredentialRecord,
  topicRecord,
  unregisterBrokerRecord,
  userScramCredentialRecord,
} from '../protocol/index.ts';

/** The records that images know, and those around transactions of a log that Apache Kafka has written. */
const KNOWN = {
  RegisterBrokerRecord: { schema: registerBrokerRecord, version: 4 },
  UnregisterBrokerRecord: { schema: unregisterBrokerRecord, version: 0 },
  TopicRecord: { schema: topicRecord, version: 0 },
  PartitionRecord: { schema: partitionRecord, version: 2 },
  ConfigRecord: { schema: configRecord, version: 0 },
  PartitionChangeRecord: { schema: partitionChangeRecord, version: 2 },
  RemoveTopicRecord: { schema: removeTopicRecord, version: 0 },
  DelegationTokenRecord: { schema: delegationTokenRecord, version: 0 },
  RemoveDelegationTokenRecord: { schema: removeDelegationTokenRecord, version: 0 },
  FeatureLevelRecord: { schema: featureLevelRecord, version: 0 },
  UserScramCredentialRecord: { schema: userScramCredentialRecord, version: 0 },
  RemoveUserScramCredentialRecord: { schema: removeUserScramCredentialRecord, version: 0 },
  ClientQuotaRecord: { schema: clientQuotaRecord, version: 0 },
  AccessControlEntryRecord: { schema: accessControlEntryRecord, version: 0 },
  RemoveAccessControlEntryRecord: { schema: removeAccessControlEntryRecord, version: 0 },
  ProducerIdsRecord: { schema: producerIdsRecord, version: 0 },
  BrokerRegistrationChangeRecord: { schema: brokerRegistrationChangeRecord, version: 3 },
  BeginTransactionRecord: { schema: beginTransactionRecord, version: 0 },
  EndTransactionRecord: { schema: endTransactionRecord, version: 0 },
  AbortTransactionRecord: { schema: abortTransactionRecord, version: 0 },
} as const;

type Known = typeof KNOWN;

export type MetadataRecord = {
  readonly [Name in keyof Known]: { readonly type: Name; readonly value: MetadataRecordOf<Known[Name]['schema']> };
}[keyof Known];

/** Kinds that no image keeps yet (of controllers and so on, where Apache Kafka has written them) read as undefined. */
export const metadataRecordSerde: RecordSerde<MetadataRecord> = {
  serialize: (record) => ({ key: null, value: encode(record) }),
  deserialize: ({ value }) => {
    if (value === null) return undefined;
    const decoded = decodeMetadataRecord(METADATA_RECORDS, value);
    const type = METADATA_RECORDS[decoded.type].message.name;
    // The table says of each name which value belongs to it.
    return type in KNOWN ? ({ type, value: decoded.value } as MetadataRecord) : undefined;
  },
};

function encode(record: MetadataRecord): Buffer {
  const { schema, version } = KNOWN[record.type];
  // One schema for all kinds, as far as its types go: which value belongs to it, the record's own type has said.
  return encodeMetadataRecord(schema as Parameters<typeof encodeMetadataRecord>[0], version, record.value);
}
