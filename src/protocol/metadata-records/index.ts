// All records of the cluster's metadata log, by type.

import { registerBrokerRecord } from './00-register-broker-record.ts';
import { unregisterBrokerRecord } from './01-unregister-broker-record.ts';
import { topicRecord } from './02-topic-record.ts';
import { partitionRecord } from './03-partition-record.ts';
import { configRecord } from './04-config-record.ts';
import { partitionChangeRecord } from './05-partition-change-record.ts';
import { fenceBrokerRecord } from './07-fence-broker-record.ts';
import { unfenceBrokerRecord } from './08-unfence-broker-record.ts';
import { removeTopicRecord } from './09-remove-topic-record.ts';
import { delegationTokenRecord } from './10-delegation-token-record.ts';
import { userScramCredentialRecord } from './11-user-scram-credential-record.ts';
import { featureLevelRecord } from './12-feature-level-record.ts';
import { clientQuotaRecord } from './14-client-quota-record.ts';
import { producerIdsRecord } from './15-producer-ids-record.ts';
import { brokerRegistrationChangeRecord } from './17-broker-registration-change-record.ts';
import { accessControlEntryRecord } from './18-access-control-entry-record.ts';
import { removeAccessControlEntryRecord } from './19-remove-access-control-entry-record.ts';
import { noOpRecord } from './20-no-op-record.ts';
import { zkMigrationStateRecord } from './21-zk-migration-state-record.ts';
import { removeUserScramCredentialRecord } from './22-remove-user-scram-credential-record.ts';
import { beginTransactionRecord } from './23-begin-transaction-record.ts';
import { endTransactionRecord } from './24-end-transaction-record.ts';
import { abortTransactionRecord } from './25-abort-transaction-record.ts';
import { removeDelegationTokenRecord } from './26-remove-delegation-token-record.ts';
import { registerControllerRecord } from './27-register-controller-record.ts';
import { clearElrRecord } from './28-clear-elr-record.ts';

/** Every record of the metadata log by its type. */
export const METADATA_RECORDS = {
  0: registerBrokerRecord,
  1: unregisterBrokerRecord,
  2: topicRecord,
  3: partitionRecord,
  4: configRecord,
  5: partitionChangeRecord,
  7: fenceBrokerRecord,
  8: unfenceBrokerRecord,
  9: removeTopicRecord,
  10: delegationTokenRecord,
  11: userScramCredentialRecord,
  12: featureLevelRecord,
  14: clientQuotaRecord,
  15: producerIdsRecord,
  17: brokerRegistrationChangeRecord,
  18: accessControlEntryRecord,
  19: removeAccessControlEntryRecord,
  20: noOpRecord,
  21: zkMigrationStateRecord,
  22: removeUserScramCredentialRecord,
  23: beginTransactionRecord,
  24: endTransactionRecord,
  25: abortTransactionRecord,
  26: removeDelegationTokenRecord,
  27: registerControllerRecord,
  28: clearElrRecord,
} as const;

export * from './00-register-broker-record.ts';
export * from './01-unregister-broker-record.ts';
export * from './02-topic-record.ts';
export * from './03-partition-record.ts';
export * from './04-config-record.ts';
export * from './05-partition-change-record.ts';
export * from './07-fence-broker-record.ts';
export * from './08-unfence-broker-record.ts';
export * from './09-remove-topic-record.ts';
export * from './10-delegation-token-record.ts';
export * from './11-user-scram-credential-record.ts';
export * from './12-feature-level-record.ts';
export * from './14-client-quota-record.ts';
export * from './15-producer-ids-record.ts';
export * from './17-broker-registration-change-record.ts';
export * from './18-access-control-entry-record.ts';
export * from './19-remove-access-control-entry-record.ts';
export * from './20-no-op-record.ts';
export * from './21-zk-migration-state-record.ts';
export * from './22-remove-user-scram-credential-record.ts';
export * from './23-begin-transaction-record.ts';
export * from './24-end-transaction-record.ts';
export * from './25-abort-transaction-record.ts';
export * from './26-remove-delegation-token-record.ts';
export * from './27-register-controller-record.ts';
export * from './28-clear-elr-record.ts';
export * from './metadata-record.ts';
