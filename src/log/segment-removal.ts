// Removes the files of segments that are no longer of a log, mostly some time later, so that whoever still reads them can finish.

import type { Timer } from '../platform/index.ts';
import type { LogContext } from './log-context.ts';
import type { LogWriter } from './log-writer.ts';
import type { ProducerSnapshots } from './producer-snapshots.ts';
import type { Segment } from './segment.ts';

export class SegmentRemoval {
  readonly #context: LogContext;
  readonly #writer: LogWriter;
  readonly #snapshots: ProducerSnapshots;
  readonly #timers = new Set<Timer>();

  constructor(context: LogContext, writer: LogWriter, snapshots: ProducerSnapshots) {
    this.#context = context;
    this.#writer = writer;
    this.#snapshots = snapshots;
  }

  /** Renames the files, and removes them `file.delete.delay.ms` later. The snapshots of the first `keptSnapshots` segments stay. */
  async later(segments: readonly Segment[], keptSnapshots = 0): Promise<void> {
    const paths: string[] = [];
    for (const [index, segment] of segments.entries()) {
      this.#writer.forget(segment);
      paths.push(...(await segment.markDeleted()));
      if (index < keptSnapshots) continue;
      const snapshot = await this.#snapshots.markDeleted(segment.baseOffset);
      if (snapshot !== undefined) paths.push(snapshot);
    }
    if (paths.length === 0) return;
    const { services, config } = this.#context;
    const timer = services.clock.schedule(config['file.delete.delay.ms'], () => {
      this.#timers.delete(timer);
      void this.#remove(paths);
    });
    this.#timers.add(timer);
  }

  /** Removes the files at once; the snapshots stay. */
  async now(segments: readonly Segment[]): Promise<void> {
    for (const segment of segments) {
      this.#writer.forget(segment);
      for (const path of await segment.markDeleted()) await this.#context.services.disk.remove(path);
    }
  }

  /** What is still to be removed stays: the next start of the log removes it. */
  cancel(): void {
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
  }

  /** Owns its failure: a file that stays is removed by the next start. */
  async #remove(paths: readonly string[]): Promise<void> {
    const { disk, logger } = this.#context.services;
    try {
      for (const path of paths) await disk.remove(path);
    } catch (error) {
      logger.warn({ paths, error }, 'could not remove files of deleted segments');
    }
  }
}
