// The settings of one process, from texts: every value is looked at before anything starts.

import { authenticationConfigTable, brokerConfigTable, DEFAULT_NODE_ID, shareConfigTable } from '../broker/index.ts';
import { ConfigError, readConfig } from '../config/index.ts';
import { groupConfigTable, shareCoordinatorConfigTable, transactionConfigTable } from '../coordinator/index.ts';
import { logConfigTable, validateLogConfig } from '../log/index.ts';
import { metadataConfigTable } from '../metadata/index.ts';
import { storageConfigTable, validateStorageConfig } from '../storage/index.ts';
import { configRegistry } from './config-registry.ts';
import { observabilityConfigTable } from './observability/observability-config.ts';
import { StartError } from './start-error.ts';

const serverConfigTable = {
  ...brokerConfigTable,
  ...authenticationConfigTable,
  ...metadataConfigTable,
  ...storageConfigTable,
  ...groupConfigTable,
  ...transactionConfigTable,
  ...shareCoordinatorConfigTable,
  ...shareConfigTable,
  ...observabilityConfigTable,
};

/** The node id in force, also under the older name that Kafka keeps for it. */
export function withNodeId(properties: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const nodeId = properties['node.id'] ?? properties['broker.id'] ?? String(DEFAULT_NODE_ID);
  return { ...properties, 'node.id': nodeId, 'broker.id': nodeId };
}

/** Throws `StartError` for a value that is not allowed. */
export function readServerConfig(texts: Readonly<Record<string, string>>) {
  try {
    // Also what only topics use must be right before anything starts.
    for (const [name, text] of Object.entries(texts)) configRegistry[name]?.parse(name, text);
    checkTopicDefaults(texts);
    validateStorageConfig(texts);
    return readConfig(serverConfigTable, texts);
  } catch (error) {
    if (error instanceof ConfigError) throw new StartError(error.message, { cause: error });
    throw error;
  }
}

/** A setting of the broker that stands in for one of topics must be good for them too. */
function checkTopicDefaults(texts: Readonly<Record<string, string>>): void {
  for (const definition of Object.values(logConfigTable)) {
    for (const { name, convert } of definition.synonyms) {
      const text = texts[name];
      if (text !== undefined) definition.parse(name, convert === undefined ? text : convert(text));
    }
  }
  validateLogConfig(readConfig(logConfigTable, {}, texts));
}
