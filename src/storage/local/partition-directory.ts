// Names of the directories of partitions: `topic-index`.

export interface PartitionId {
  readonly topic: string;
  readonly index: number;
}

export function partitionDirectoryName(topic: string, index: number): string {
  return `${topic}-${index}`;
}

/** Undefined for a name that no partition has, such as that of one on its way out (`-delete`). */
export function parsePartitionDirectory(name: string): PartitionId | undefined {
  const match = /^([a-zA-Z0-9._-]{1,249})-(0|[1-9]\d{0,9})$/.exec(name);
  const [, topic, index] = match ?? [];
  return topic === undefined || index === undefined ? undefined : { topic, index: Number(index) };
}
