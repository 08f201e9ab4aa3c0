// The work that comes round on the logs of a directory: retention, flushing, forgetting producers.

import type { Logger } from '../../telemetry/index.ts';
import { isDiskFull, isSystemError } from './disk-errors.ts';
import type { LogDirectory } from './log-directory.ts';

/** Deletes what retention no longer wants. */
export async function applyRetention(directory: LogDirectory, logger: Logger): Promise<void> {
  for (const partition of directory.partitions.values()) {
    if (!directory.isOnline) return;
    try {
      await partition.applyRetention();
    } catch (error) {
      // A new active segment may find no room on a full disk; what can be deleted without one has been.
      if (isDiskFull(error)) await partition.onWriteError(error);
      else if (isSystemError(error)) directory.takeOffline(error);
      else {
        const fields = { topic: partition.topic, partition: partition.index, error };
        logger.error(fields, `Cannot apply retention to ${partition.name}`);
      }
    }
  }
}

/** Syncs what has been rolled, so that a recovery never has to read more than the newest segment of a log. */
export function flushRolled({ partitions, committer }: LogDirectory): void {
  for (const partition of partitions.values()) {
    const { log } = partition;
    if (log.unflushedMessages === 0n) continue;
    const activeBaseOffset = log.segments().at(-1)?.baseOffset ?? 0n;
    if (activeBaseOffset > log.recoveryPoint) committer.requestSync(partition);
  }
}

/** Syncs the logs whose `flush.ms` is over. */
export function flushOverdue({ partitions, committer }: LogDirectory, nowMs: number): void {
  for (const partition of partitions.values()) {
    const { log } = partition;
    const isOverdue = nowMs - log.lastFlushMs >= log.config['flush.ms'];
    if (isOverdue && log.unflushedMessages > 0n) committer.requestSync(partition);
  }
}

export function removeExpiredProducers({ partitions }: LogDirectory, nowMs: number): void {
  for (const { log } of partitions.values()) log.producers.removeExpired(nowMs);
}
