// The meta.properties file: which cluster and node a log directory belongs to.

import { parseProperties } from '../config/index.ts';
import { type Disk, errorCode, writeFileAtomically } from '../platform/index.ts';
import { isUuid } from '../protocol/index.ts';

const FILE = 'meta.properties';
const VERSION = '1';

export interface MetaProperties {
  readonly clusterId: string;
  readonly nodeId: number;
  /** Id of the log directory itself, 22 characters. Undefined in directories of Apache Kafka before 3.7. */
  readonly directoryId: string | undefined;
}

/** Undefined for a directory that was never used. Throws when the file is there and was cut, or names no cluster or node. */
export async function readMetaProperties(disk: Disk, logDirectory: string): Promise<MetaProperties | undefined> {
  const path = `${logDirectory}/${FILE}`;
  let text: string;
  try {
    text = (await disk.readFile(path)).toString('utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
  // Half an id would pass for another one.
  if (!text.endsWith('\n'))
    throw new Error(`Cannot read ${path}: its last line, at byte ${text.lastIndexOf('\n') + 1}, has no end`);
  const properties = parseProperties(text);
  const version = properties.version;
  if (version !== VERSION) throw new Error(`Cannot read ${path}: its version is ${version}, known is ${VERSION}`);
  const clusterId = properties['cluster.id'];
  const nodeId = properties['node.id'];
  if (clusterId === undefined) throw new Error(`Cannot read ${path}: it has no cluster.id`);
  if (nodeId === undefined || !/^\d+$/.test(nodeId))
    throw new Error(`Cannot read ${path}: its node.id is ${nodeId}, no number`);
  const directoryId = properties['directory.id'];
  if (directoryId !== undefined && !isUuid(directoryId))
    throw new Error(`Cannot read ${path}: its directory.id is ${directoryId}, no id`);
  return { clusterId, nodeId: Number(nodeId), directoryId };
}

export function writeMetaProperties(disk: Disk, logDirectory: string, properties: MetaProperties): Promise<void> {
  const lines = ['#', `node.id=${properties.nodeId}`, `version=${VERSION}`, `cluster.id=${properties.clusterId}`];
  if (properties.directoryId !== undefined) lines.push(`directory.id=${properties.directoryId}`);
  return writeFileAtomically(disk, `${logDirectory}/${FILE}`, Buffer.from(lines.map((line) => `${line}\n`).join('')));
}
