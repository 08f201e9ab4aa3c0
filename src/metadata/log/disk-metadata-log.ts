// The metadata log as files: segments and snapshots in `__cluster_metadata-0`, laid out as KRaft lays them out. Every append is synced before it
// resolves, and there is one at a time, so a crash can tear nothing but the last batch.

import { dirname } from 'node:path';
import type { LoadVisitor, LogRecord } from '../../coordinator/index.ts';
import type { Clock, Disk, DiskFile } from '../../platform/index.ts';
import { type BatchHeader, encodeBatch, isControl, KafkaError, readRecords } from '../../protocol/index.ts';
import type { Logger } from '../../telemetry/index.ts';
import { leaderChangeBatch, leaderChangeRecordCount, type Voter } from './control-batches.ts';
import { type LogFile, parseFileName, segmentName } from './file-names.ts';
import type { MetadataLog, MetadataSnapshot } from './metadata-log.ts';
import { hasBatchBehind, scanBatches } from './scan-batches.ts';
import { readSnapshot, writeSnapshotFile } from './snapshot-file.ts';

export interface DiskMetadataLogOptions {
  readonly disk: Disk;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The path of `__cluster_metadata-0`; made when it is missing. */
  readonly directory: string;
  readonly voter: Voter;
  /** The log cannot go on: a sync failed. Called once. */
  onFailure?(error: Error): void;
}

/** The largest batch that KRaft takes. */
const MAX_BATCH_BYTES = 8 * 1024 * 1024;

interface Segment {
  readonly name: string;
  readonly baseOffset: bigint;
}

export class DiskMetadataLog implements MetadataLog {
  readonly #options: DiskMetadataLogOptions;
  /** The last one takes the appends. */
  #segments: Segment[] = [];
  #snapshot: Extract<LogFile, { kind: 'snapshot' }> | undefined;
  /** Those that were passed over, for whoever has to be told what is missing. */
  readonly #damagedSnapshots = new Set<string>();
  #file: DiskFile | undefined;
  #sizeInBytes = 0;
  #endOffset = 0n;
  #epoch = 0;
  #lastTimestamp = -1n;
  #bytesSinceSnapshot = 0;
  #failure: Error | undefined;
  /** Appends and rolls, one after the other. */
  #work: Promise<unknown> = Promise.resolve();

  private constructor(options: DiskMetadataLogOptions) {
    this.#options = options;
  }

  /** Opens the log, cuts off what a crash has torn, and begins a new epoch. */
  static async open(options: DiskMetadataLogOptions): Promise<DiskMetadataLog> {
    const log = new DiskMetadataLog(options);
    try {
      await log.#recover();
      await log.#beginEpoch();
      return log;
    } catch (error) {
      await log.close();
      throw error;
    }
  }

  get endOffset(): bigint {
    return this.#endOffset;
  }

  get epoch(): number {
    return this.#epoch;
  }

  get bytesSinceSnapshot(): number {
    return this.#bytesSinceSnapshot;
  }

  maxBatchBytes(): number {
    return MAX_BATCH_BYTES;
  }

  append(_partition: number, records: readonly LogRecord[]): Promise<void> {
    return this.#exclusively(async () => {
      const timestamp = BigInt(this.#options.clock.now());
      const batch = encodeBatch({
        baseOffset: this.#endOffset,
        partitionLeaderEpoch: this.#epoch,
        records: records.map(({ key, value }) => ({ timestamp, key, value })),
      });
      await this.#write(batch, records.length, timestamp);
    });
  }

  async load(_partition: number, visitor: LoadVisitor, signal: AbortSignal): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    const { directory, disk } = this.#options;
    const snapshotEnd = this.#snapshot?.endOffset ?? 0n;
    if (this.#snapshot !== undefined) {
      const records = await this.#readSnapshot(this.#snapshot.name);
      if (records === undefined) throw this.#corrupt(this.#snapshot.name, 'it changed since the start');
      for (const record of records) visitor.record(record, snapshotEnd - 1n);
    }
    for (const { name, baseOffset } of this.#segments) {
      signal.throwIfAborted();
      const content = await disk.readFile(`${directory}/${name}`);
      const { batches, failure } = scanBatches(content, baseOffset);
      if (failure !== undefined) throw this.#corrupt(name, failure.message);
      for (const batch of batches) {
        if (isControl(batch.attributes) || batch.lastOffset < snapshotEnd) continue;
        for (const { offset, key, value } of readRecords(content, batch)) {
          if (offset >= snapshotEnd) visitor.record({ key, value }, offset);
        }
      }
    }
  }

  async writeSnapshot({ endOffset, records }: MetadataSnapshot): Promise<void> {
    const { disk, clock, directory, voter, logger } = this.#options;
    if (endOffset <= (this.#snapshot?.endOffset ?? 0n)) return;
    // A new segment first, so that the old one has an end and can go when the snapshot stands for it.
    await this.#exclusively(() => this.#roll({ isForced: this.#sizeInBytes > 0 }));
    const timestamp = BigInt(clock.now());
    const content = { endOffset, epoch: this.#epoch, records, timestamp, lastTimestamp: this.#lastTimestamp, voter };
    await writeSnapshotFile(disk, directory, content);
    await this.#exclusively(async () => {
      await this.#adoptSnapshots();
      this.#bytesSinceSnapshot = this.#sizeInBytes;
    });
    logger.info({ endOffset, epoch: this.#epoch }, 'wrote a snapshot of the metadata');
  }

  async close(): Promise<void> {
    this.#failure ??= new KafkaError('KAFKA_STORAGE_ERROR', 'The metadata log is closed');
    await this.#work.catch(() => {});
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
  }

  async #recover(): Promise<void> {
    const { disk, directory } = this.#options;
    await disk.makeDirectory(directory);
    // The directory's own name must last too, also where a process that died had no time for this.
    await disk.syncDirectory(dirname(directory));
    await this.#adoptSnapshots();
    const last = this.#segments.at(-1);
    const snapshotEnd = this.#snapshot?.endOffset ?? 0n;
    let expected: bigint | undefined;
    for (const segment of this.#segments) {
      const { name, baseOffset } = segment;
      if (expected === undefined ? baseOffset > snapshotEnd : baseOffset !== expected) {
        const snapshots = [...this.#damagedSnapshots].map((each) => `; ${each} is damaged`);
        const reason = `the records from offset ${expected ?? snapshotEnd} before it are missing${snapshots.join('')}`;
        throw this.#corrupt(name, reason);
      }
      const content = await disk.readFile(`${directory}/${name}`);
      const scan = scanBatches(content, baseOffset);
      if (scan.failure !== undefined && (segment !== last || hasBatchBehind(content, scan.goodBytes, scan.endOffset))) {
        throw this.#corrupt(name, scan.failure.message);
      }
      expected = scan.endOffset;
      this.#bytesSinceSnapshot += scan.goodBytes;
      for (const { partitionLeaderEpoch, maxTimestamp } of scan.batches) {
        this.#epoch = Math.max(this.#epoch, partitionLeaderEpoch);
        this.#lastTimestamp = maxTimestamp;
      }
      if (segment === last) {
        await this.#openSegment(segment, scan.goodBytes, content.length);
        await this.#rewriteLastBatch(content, scan.batches.at(-1));
      }
    }
    // The snapshot was synced after what it stands for, so the log can only be shorter where its files were taken away.
    this.#endOffset = expected === undefined || expected < snapshotEnd ? snapshotEnd : expected;
    await this.#roll({ isForced: this.#endOffset !== expected });
  }

  /** Takes the newest whole snapshot, removes what it replaces, and lists the segments that are left. */
  async #adoptSnapshots(): Promise<void> {
    const { disk, directory, logger } = this.#options;
    const files = (await disk.list(directory))
      .map(({ name }) => parseFileName(name))
      .filter((file) => file !== undefined);
    const snapshots = files.filter((file) => file.kind === 'snapshot');
    snapshots.sort((first, second) => (first.endOffset < second.endOffset ? 1 : -1));
    const known = this.#snapshot;
    this.#snapshot = undefined;
    for (const snapshot of snapshots) {
      if (this.#snapshot === undefined) {
        // One that this process wrote or read before needs no second look.
        const isWhole = snapshot.name === known?.name || (await this.#readSnapshot(snapshot.name)) !== undefined;
        if (isWhole) this.#snapshot = snapshot;
        else continue;
      } else {
        await disk.remove(`${directory}/${snapshot.name}`);
      }
    }
    for (const file of files) {
      if (file.kind === 'partial') await disk.remove(`${directory}/${file.name}`);
    }
    const segments = files.filter((file) => file.kind === 'segment');
    segments.sort((first, second) => (first.baseOffset < second.baseOffset ? -1 : 1));
    const snapshotEnd = this.#snapshot?.endOffset ?? 0n;
    this.#epoch = Math.max(this.#epoch, this.#snapshot?.epoch ?? 0);
    const firstNeeded = Math.max(
      0,
      segments.findLastIndex(({ baseOffset }) => baseOffset <= snapshotEnd),
    );
    for (const { name } of segments.slice(0, firstNeeded)) {
      logger.debug({ file: name }, 'a snapshot stands for this part of the metadata log');
      await disk.remove(`${directory}/${name}`);
    }
    this.#segments = segments.slice(firstNeeded);
  }

  async #beginEpoch(): Promise<void> {
    this.#epoch++;
    const timestamp = BigInt(this.#options.clock.now());
    const place = { baseOffset: this.#endOffset, epoch: this.#epoch, timestamp };
    const count = leaderChangeRecordCount(this.#endOffset);
    await this.#write(leaderChangeBatch(place, this.#options.voter), count, timestamp);
  }

  /** Opens the segment for appends, without the torn bytes at its end. */
  async #openSegment({ name }: Segment, goodBytes: number, fileBytes: number): Promise<void> {
    const { disk, directory, logger } = this.#options;
    this.#file = await disk.open(`${directory}/${name}`);
    this.#sizeInBytes = goodBytes;
    if (fileBytes === goodBytes) return;
    logger.warn({ file: name, position: goodBytes, bytes: fileBytes - goodBytes }, 'cut off a torn batch');
    await this.#file.truncate(goodBytes);
    await this.#file.sync();
  }

  /**
   * Its sync may have failed: then the system may keep it in memory, as if it were on the disk, and no later sync writes it. Written again it lasts.
   * Of those before it the sync has ended well.
   */
  async #rewriteLastBatch(content: Buffer, last: BatchHeader | undefined): Promise<void> {
    if (last === undefined) return;
    await this.#file?.write([content.subarray(last.position, last.position + last.sizeInBytes)], last.position);
    await this.#file?.sync();
  }

  /** Appends go to a new segment from here on. */
  async #roll({ isForced }: { isForced: boolean }): Promise<void> {
    const { disk, directory } = this.#options;
    if (this.#file !== undefined && !isForced) return;
    const segment = { name: segmentName(this.#endOffset), baseOffset: this.#endOffset };
    const file = await disk.open(`${directory}/${segment.name}`, { create: true });
    await disk.syncDirectory(directory);
    const previous = this.#file;
    this.#file = file;
    this.#sizeInBytes = 0;
    this.#segments.push(segment);
    await previous?.close();
  }

  async #write(batch: Buffer, recordCount: number, timestamp: bigint): Promise<void> {
    const file = this.#file;
    if (this.#failure !== undefined) throw this.#failure;
    if (file === undefined) throw new KafkaError('KAFKA_STORAGE_ERROR', 'The metadata log is not open');
    try {
      await file.write([batch], this.#sizeInBytes);
    } catch (error) {
      // A full disk for example: what was written of the batch goes, and the log can go on when there is room again.
      await file.truncate(this.#sizeInBytes).catch((cause: unknown) => this.#fail(cause));
      throw error;
    }
    try {
      await file.sync();
    } catch (error) {
      throw this.#fail(error);
    }
    this.#sizeInBytes += batch.length;
    this.#bytesSinceSnapshot += batch.length;
    this.#endOffset += BigInt(recordCount);
    this.#lastTimestamp = timestamp;
  }

  /** After a failed sync nobody can tell what is on the disk: the log is over. */
  #fail(cause: unknown): Error {
    const { directory, logger, onFailure } = this.#options;
    const failure = new KafkaError('KAFKA_STORAGE_ERROR', `Cannot sync the metadata log in ${directory}`, { cause });
    if (this.#failure === undefined) {
      this.#failure = failure;
      logger.error({ directory, error: cause }, 'the metadata log failed');
      onFailure?.(failure);
    }
    return this.#failure;
  }

  async #readSnapshot(name: string): Promise<LogRecord[] | undefined> {
    const { disk, directory, logger } = this.#options;
    const content = await disk.readFile(`${directory}/${name}`);
    return readSnapshot(content, (reason) => {
      this.#damagedSnapshots.add(name);
      logger.warn({ file: name, reason }, 'passed over a damaged snapshot');
    });
  }

  #exclusively<T>(action: () => Promise<T>): Promise<T> {
    const result = this.#work.then(action);
    // The caller hears of the failure; who comes next only waits for the end.
    this.#work = result.catch(() => {});
    return result;
  }

  #corrupt(name: string, reason: string): KafkaError {
    const path = `${this.#options.directory}/${name}`;
    return new KafkaError('KAFKA_STORAGE_ERROR', `The metadata log is damaged in ${path}: ${reason}`);
  }
}
