// Every setting of a broker of Apache Kafka 4.3 that no module of ours declares where it uses it.

import { type ConfigTable, mergeConfigTables } from '../../config/index.ts';
import { groupSettings } from './group-settings.ts';
import { processSettings } from './process-settings.ts';
import { quorumSettings } from './quorum-settings.ts';
import { remoteStorageSettings } from './remote-storage-settings.ts';
import { saslSettings } from './sasl-settings.ts';
import { sslSettings } from './ssl-settings.ts';
import { stateTopicSettings } from './state-topic-settings.ts';
import { topicDefaultSettings } from './topic-default-settings.ts';

export const otherBrokerConfigTable: ConfigTable = mergeConfigTables(
  topicDefaultSettings,
  processSettings,
  quorumSettings,
  groupSettings,
  stateTopicSettings,
  saslSettings,
  sslSettings,
  remoteStorageSettings,
);
