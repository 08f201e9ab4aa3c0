// An offset checkpoint of a log directory: up to where each log is on stable storage, where each begins, or below where it was compacted.

import { join } from 'node:path';
import {
  CorruptCheckpointError,
  type PartitionOffset,
  readOffsetCheckpoint,
  writeOffsetCheckpoint,
} from '../../log/index.ts';
import type { Disk } from '../../platform/index.ts';
import type { Logger } from '../../telemetry/index.ts';
import { parsePartitionDirectory, partitionDirectoryName } from './partition-directory.ts';

/** One checkpoint file. What it says of partitions that are not open still holds, and is written again each time. */
export class OffsetCheckpoint {
  readonly #disk: Disk;
  readonly #path: string;
  /** By the name of the partition's directory. */
  readonly #offsets: Map<string, bigint>;
  /** The file says something that is no longer so. */
  #isOutdated = false;
  #writing: Promise<void> = Promise.resolve();

  private constructor(disk: Disk, path: string, offsets: Map<string, bigint>) {
    this.#disk = disk;
    this.#path = path;
    this.#offsets = offsets;
  }

  /** A damaged file is as none: a checkpoint only saves work. */
  static async open(disk: Disk, directory: string, file: string, logger: Logger): Promise<OffsetCheckpoint> {
    const path = join(directory, file);
    let entries: PartitionOffset[] = [];
    try {
      entries = await readOffsetCheckpoint(disk, path);
    } catch (error) {
      if (!(error instanceof CorruptCheckpointError)) throw error;
      logger.warn({ path, error }, 'A checkpoint is damaged; going on without it');
    }
    const offsets = entries.map(({ topic, partition, offset }) => [partitionDirectoryName(topic, partition), offset]);
    return new OffsetCheckpoint(disk, path, new Map(offsets as [string, bigint][]));
  }

  /** 0 when nothing is known. */
  offsetOf(name: string): bigint {
    return this.#offsets.get(name) ?? 0n;
  }

  set(name: string, offset: bigint): void {
    if (this.offsetOf(name) === offset) return;
    this.#offsets.set(name, offset);
    this.#isOutdated = true;
  }

  forget(name: string): void {
    if (this.#offsets.delete(name)) this.#isOutdated = true;
  }

  /** Writes the file where it is outdated. Calls that come while one writes share the next one. */
  write(): Promise<void> {
    const written = this.#writing.then(async () => {
      if (!this.#isOutdated) return;
      this.#isOutdated = false;
      try {
        await writeOffsetCheckpoint(this.#disk, this.#path, [...this.#entries()]);
      } catch (error) {
        this.#isOutdated = true;
        throw error;
      }
    });
    this.#writing = written.catch(() => {});
    return written;
  }

  *#entries(): Generator<PartitionOffset> {
    for (const [name, offset] of this.#offsets) {
      const id = parsePartitionDirectory(name);
      if (id !== undefined) yield { topic: id.topic, partition: id.index, offset };
    }
  }
}
