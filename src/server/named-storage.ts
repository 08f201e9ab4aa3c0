// What settings say about where a broker keeps its data, for whoever prepares that before the first start.

import { DEFAULT_NODE_ID } from '../broker/index.ts';
import { logDirectoriesOf } from '../storage/index.ts';
import { readServerConfig, withNodeId } from './read-server-config.ts';

export interface NamedStorage {
  readonly nodeId: number;
  readonly logDirs: readonly string[];
  /** Of the settings, those that are about storage alone. */
  readonly properties: Readonly<Record<string, string>>;
}

const STORAGE_SETTINGS = ['log.dirs', 'log.dir', 'metadata.log.dir', 'node.id', 'broker.id'];

/** Throws `StartError` for a bad value, as a start would. */
export function namedStorage(properties: Readonly<Record<string, string>>): NamedStorage {
  const config = readServerConfig(withNodeId(properties));
  return {
    nodeId: config['node.id'] ?? DEFAULT_NODE_ID,
    logDirs: logDirectoriesOf(config),
    properties: Object.fromEntries(Object.entries(properties).filter(([name]) => STORAGE_SETTINGS.includes(name))),
  };
}
