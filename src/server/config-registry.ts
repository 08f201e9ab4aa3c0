// Every setting of a broker, by Kafka's names: what the modules declare where they use it, what stands in for settings of topics, and
// what only Apache Kafka uses.

import { admissionLimits, authenticationConfigTable, brokerConfigTable, shareConfigTable } from '../broker/index.ts';
import { type ConfigTable, mergeConfigTables, readConfig } from '../config/index.ts';
import { groupConfigTable, shareCoordinatorConfigTable, transactionConfigTable } from '../coordinator/index.ts';
import { logConfigTable, validateLogConfig } from '../log/index.ts';
import {
  type ConfigSchema,
  clientMetricsConfigTable,
  groupResourceConfigTable,
  metadataConfigTable,
  otherBrokerConfigTable,
  validateClientMetricsConfigs,
  validateGroupConfigs,
} from '../metadata/index.ts';
import { sslServerConfigTable } from '../security/index.ts';
import { storageConfigTable, validateStorageConfig } from '../storage/index.ts';
import { observabilityConfigTable } from './observability/observability-config.ts';

export const configRegistry: ConfigTable = mergeConfigTables(
  brokerConfigTable,
  authenticationConfigTable,
  sslServerConfigTable,
  metadataConfigTable,
  storageConfigTable,
  groupConfigTable,
  transactionConfigTable,
  shareCoordinatorConfigTable,
  shareConfigTable,
  observabilityConfigTable,
  otherBrokerConfigTable,
);

/** What the metadata needs to know of settings. `staticTexts` is what the broker was started with. */
export function configSchema(staticTexts: Readonly<Record<string, string>>): ConfigSchema {
  return {
    topic: logConfigTable,
    broker: configRegistry,
    group: groupResourceConfigTable,
    clientMetrics: clientMetricsConfigTable,
    staticTexts,
    validateTopic: (texts) => validateLogConfig(readConfig(logConfigTable, texts, staticTexts)),
    validateBroker: (texts) => {
      admissionLimits(texts);
      validateStorageConfig(texts);
    },
    validateGroup: (texts) => validateGroupConfigs(texts, configRegistry, staticTexts),
    validateClientMetrics: validateClientMetricsConfigs,
  };
}
