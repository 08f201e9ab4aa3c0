// `meta.properties`: which node of which cluster a log directory belongs to, so that a directory is never mounted under the wrong broker.

import { join } from 'node:path';
import { parseProperties } from '../../config/index.ts';
import { type Disk, errorCode, type Random, writeFileAtomically } from '../../platform/index.ts';

const FILE_NAME = 'meta.properties';
const VERSION = '1';

export interface MetaProperties {
  readonly clusterId: string;
  readonly nodeId: number;
  /** Undefined in a directory that an older Apache Kafka made. */
  readonly directoryId: string | undefined;
}

/** Undefined in a directory that no broker has used yet. */
export async function readMetaProperties(disk: Disk, directory: string): Promise<MetaProperties | undefined> {
  const path = join(directory, FILE_NAME);
  let text: string;
  try {
    text = (await disk.readFile(path)).toString('utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
  const properties = parseProperties(text);
  const { version, 'cluster.id': clusterId, 'node.id': nodeId, 'directory.id': directoryId } = properties;
  if (version !== VERSION)
    throw new Error(`Cannot use ${path}: its version is ${version ?? 'missing'}, known is ${VERSION}`);
  if (clusterId === undefined) throw new Error(`Cannot use ${path}: it has no cluster.id`);
  if (nodeId === undefined || !/^\d+$/.test(nodeId)) throw new Error(`Cannot use ${path}: it has no node.id`);
  return { clusterId, nodeId: Number(nodeId), directoryId };
}

export function writeMetaProperties(disk: Disk, directory: string, meta: MetaProperties): Promise<void> {
  const lines = [`version=${VERSION}`, `cluster.id=${meta.clusterId}`, `node.id=${meta.nodeId}`];
  if (meta.directoryId !== undefined) lines.push(`directory.id=${meta.directoryId}`);
  return writeFileAtomically(disk, join(directory, FILE_NAME), Buffer.from(`${lines.join('\n')}\n`));
}

/** A random id in Kafka's form: 16 bytes in base64url, and none that begins with a dash, which command lines take for an option. */
export function randomUuid(random: Random): string {
  for (;;) {
    const bytes = random.bytes(16);
    // Version 4, variant 1, as Kafka's own.
    bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
    bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
    const text = bytes.toString('base64url');
    if (!text.startsWith('-')) return text;
  }
}
