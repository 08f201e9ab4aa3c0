// The partition.metadata file: which topic a partition's directory belongs to, by id, so that a topic made anew under an old name is told apart.

import { type Disk, errorCode } from '../platform/index.ts';

export const PARTITION_METADATA_FILE = 'partition.metadata';

const VERSION = '0';

/** The id of the topic that the directory belongs to; undefined when the file is missing or was not written whole. */
export async function readPartitionMetadata(disk: Disk, directory: string): Promise<string | undefined> {
  let text: string;
  try {
    text = (await disk.readFile(`${directory}/${PARTITION_METADATA_FILE}`)).toString('utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
  const [, version, topicId] = /^version: (\d+)\ntopic_id: (\S{22})\s*$/.exec(text) ?? [];
  return version === VERSION ? topicId : undefined;
}

/** The bytes of the file. Only `sync` of the file and its directory make it last. */
export function encodePartitionMetadata(topicId: string): Buffer {
  return Buffer.from(`version: ${VERSION}\ntopic_id: ${topicId}`);
}
