// Which partitions `log verify` and `log repair` look at: a partition's directory, or all in a log directory.

import type { Disk } from '../../platform/index.ts';

export interface PartitionFiles {
  readonly topic: string;
  readonly partition: number;
  readonly directory: string;
  /** The log directory that it stands in. */
  readonly logDirectory: string;
}

/** The metadata's log has the same batches, but its directory is the quorum's, and its repair is not this one. */
const METADATA_DIRECTORY = '__cluster_metadata-0';
const PARTITION_DIRECTORY = /^([a-zA-Z0-9._-]{1,249})-(0|[1-9]\d{0,9})$/;

/** In the order of the names. Throws for a path that has no partition. */
export async function findPartitions(disk: Disk, paths: readonly string[]): Promise<PartitionFiles[]> {
  const found: PartitionFiles[] = [];
  for (const path of paths.map((each) => each.replace(/(?<=.)\/+$/, ''))) {
    const status = await disk.status(path);
    if (status?.kind !== 'directory') throw new Error(`Cannot verify ${path}: there is no such directory`);
    const itself = describe(path);
    const names = (await disk.list(path)).filter(({ kind }) => kind === 'directory').map(({ name }) => name);
    const inside = names.sort().flatMap((name) => describe(`${path}/${name}`) ?? []);
    const partitions = inside.length > 0 || itself === undefined ? inside : [itself];
    if (partitions.length === 0) throw new Error(`Cannot verify ${path}: there is no partition in it`);
    found.push(...partitions);
  }
  return found;
}

export function isMetadata({ directory }: PartitionFiles): boolean {
  return directory.endsWith(`/${METADATA_DIRECTORY}`) || directory === METADATA_DIRECTORY;
}

function describe(directory: string): PartitionFiles | undefined {
  const slash = directory.lastIndexOf('/');
  const [, topic, partition] = PARTITION_DIRECTORY.exec(directory.slice(slash + 1)) ?? [];
  if (topic === undefined || partition === undefined) return undefined;
  const logDirectory = slash < 0 ? '.' : directory.slice(0, slash) || '/';
  return { topic, partition: Number(partition), directory, logDirectory };
}
