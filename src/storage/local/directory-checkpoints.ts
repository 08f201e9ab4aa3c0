// What a log directory keeps of its logs beside them: up to where each is on stable storage, where each begins, and below where it was compacted.

import type { Log, LogOptions } from '../../log/index.ts';
import type { Disk } from '../../platform/index.ts';
import type { Logger } from '../../telemetry/index.ts';
import { OffsetCheckpoint } from './offset-checkpoints.ts';
import type { LocalPartition } from './partition.ts';

export class DirectoryCheckpoints {
  readonly recoveryPoints: OffsetCheckpoint;
  readonly logStartOffsets: OffsetCheckpoint;
  /** Below them logs were compacted. */
  readonly cleanerOffsets: OffsetCheckpoint;

  private constructor(recoveryPoints: OffsetCheckpoint, logStartOffsets: OffsetCheckpoint, cleaner: OffsetCheckpoint) {
    this.recoveryPoints = recoveryPoints;
    this.logStartOffsets = logStartOffsets;
    this.cleanerOffsets = cleaner;
  }

  static async open(disk: Disk, path: string, logger: Logger): Promise<DirectoryCheckpoints> {
    return new DirectoryCheckpoints(
      await OffsetCheckpoint.open(disk, path, 'recovery-point-offset-checkpoint', logger),
      await OffsetCheckpoint.open(disk, path, 'log-start-offset-checkpoint', logger),
      await OffsetCheckpoint.open(disk, path, 'cleaner-offset-checkpoint', logger),
    );
  }

  /** What they say of a log, as its opening takes it. */
  offsetsOf(name: string): Required<Pick<LogOptions, 'recoveryPoint' | 'logStartOffset' | 'compactedBelow'>> {
    return {
      recoveryPoint: this.recoveryPoints.offsetOf(name),
      logStartOffset: this.logStartOffsets.offsetOf(name),
      compactedBelow: this.cleanerOffsets.offsetOf(name),
    };
  }

  forget(name: string): void {
    this.recoveryPoints.forget(name);
    this.logStartOffsets.forget(name);
    this.cleanerOffsets.forget(name);
  }

  /** For a log that comes here from another directory, all of it on stable storage. What is kept of it lasts when it resolves. */
  async adopt(name: string, log: Log, cleanerOffset: bigint): Promise<void> {
    this.recoveryPoints.set(name, log.logEndOffset);
    this.logStartOffsets.set(name, log.logStartOffset);
    if (cleanerOffset > 0n) this.cleanerOffsets.set(name, cleanerOffset);
    else this.cleanerOffsets.forget(name);
    await this.write();
  }

  async saveRecoveryPoints(partitions: ReadonlyMap<string, LocalPartition>): Promise<void> {
    for (const [name, partition] of partitions) {
      const { recoveryPoint } = partition.log;
      if (recoveryPoint === this.recoveryPoints.offsetOf(name)) continue;
      await partition.log.saveLeaderEpochs();
      // It may have been removed meanwhile.
      if (partitions.get(name) === partition) this.recoveryPoints.set(name, recoveryPoint);
    }
    await this.recoveryPoints.write();
  }

  async saveLogStartOffsets(partitions: ReadonlyMap<string, LocalPartition>): Promise<void> {
    for (const [name, partition] of partitions) this.logStartOffsets.set(name, partition.logStartOffset);
    await this.logStartOffsets.write();
  }

  /** Writes the files that are outdated. */
  async write(): Promise<void> {
    await this.recoveryPoints.write();
    await this.logStartOffsets.write();
    await this.cleanerOffsets.write();
  }
}
