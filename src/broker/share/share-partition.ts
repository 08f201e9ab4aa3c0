// One partition as one share group consumes it: its window of records, which is loaded from the kept state, changed by members, and written
// down before a member is told that its acknowledgement counts.

import type { SharePartitionKey, ShareStateStore, StateBatch } from '../../coordinator/index.ts';
import type { Clock, Timer } from '../../platform/index.ts';
import { type ErrorName, errorName, KafkaError } from '../../protocol/index.ts';
import type { Partition } from '../../storage/index.ts';
import type { Logger } from '../../telemetry/index.ts';
import { type AcknowledgementBatch, acknowledgeRecords } from './acknowledge-records.ts';
import { type AcquiredRecords, type AcquireRequest, acquireRecords } from './acquire-records.ts';
import type { InFlightRange, RecordState } from './in-flight-ranges.ts';
import { isHeld, RecordWindow, type Transition } from './record-window.ts';
import type { OffsetReset, ShareSettings } from './share-settings.ts';

export interface SharePartitionOptions {
  readonly key: SharePartitionKey;
  readonly partition: Partition;
  readonly store: ShareStateStore;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Of the group, at this moment. */
  settings(): ShareSettings;
}

/** Where the state does not say where to begin. */
const NO_START_OFFSET = -1n;

export class SharePartition {
  readonly #options: SharePartitionOptions;
  readonly #leaderEpoch: number;
  readonly #watchers = new Set<() => void>();
  /** Undefined until it is loaded. */
  #window: RecordWindow | undefined;
  #stateEpoch = 0;
  #lockTimer: Timer | undefined;
  #lockTimerDueMs = Number.POSITIVE_INFINITY;
  #isBeingRead = false;
  /** Who waits to read, the longest first. */
  readonly #readers = new Set<() => void>();
  #isClosed = false;

  constructor(options: SharePartitionOptions) {
    this.#options = options;
    this.#leaderEpoch = options.partition.leaderEpoch;
  }

  get key(): SharePartitionKey {
    return this.#options.key;
  }

  get partition(): Partition {
    return this.#options.partition;
  }

  /** Whether it is of no use any more: who still has it looks for another one. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  isOfEpoch(leaderEpoch: number): boolean {
    return this.#leaderEpoch === leaderEpoch;
  }

  /** Undefined until it is loaded. */
  get window(): RecordWindow | undefined {
    return this.#window;
  }

  /** Reads the kept state. Rejects with a `KafkaError`; the share partition is of no use then. */
  async load(): Promise<void> {
    const { key, store } = this.#options;
    const { groupId, topicId, partition } = key;
    const { results } = await store.readState({
      groupId,
      topics: [{ topicId, partitions: [{ partition, leaderEpoch: this.#leaderEpoch }] }],
    });
    const state = results[0]?.partitions[0];
    if (state === undefined) throw new KafkaError('UNKNOWN_SERVER_ERROR');
    requireSuccess(state);
    this.#stateEpoch = state.stateEpoch;
    const startOffset = state.startOffset === NO_START_OFFSET ? await this.#firstOffset() : state.startOffset;
    this.#window = new RecordWindow(startOffset, state.stateBatches);
    this.#notify();
  }

  /** Whether there is something to give out, as far as is known without reading. */
  get canAcquire(): boolean {
    const window = this.#window;
    if (window === undefined || this.#isClosed) return false;
    return window.nextFetchOffset < window.nextOffset || window.size < this.#options.settings().maxRecordLocks;
  }

  /**
   * Where to read, for one reader at a time: what it reads is what it acquires. Undefined while somebody else does; `onTurn` is called then
   * when it is this reader's turn, before all who ask later.
   */
  beginRead(onTurn?: () => void): bigint | undefined {
    if (this.#window === undefined) return undefined;
    if (this.#isBeingRead) {
      if (onTurn !== undefined) this.#readers.add(onTurn);
      return undefined;
    }
    if (onTurn !== undefined) this.#readers.delete(onTurn);
    this.#isBeingRead = true;
    return this.#window.nextFetchOffset;
  }

  endRead(): void {
    this.#isBeingRead = false;
    this.#callNextReader();
  }

  /** The reader does not want to read any more, although it may be its turn. */
  giveUpTurn(onTurn: () => void): void {
    this.#readers.delete(onTurn);
    if (!this.#isBeingRead) this.#callNextReader();
  }

  /** Gives records that were read to the member. */
  acquire(
    request: Pick<
      AcquireRequest,
      'memberId' | 'fetchOffset' | 'batches' | 'maxRecords' | 'batchSize' | 'isRecordLimit'
    >,
    aborted: readonly { readonly first: bigint; readonly last: bigint }[],
  ): AcquiredRecords[] {
    const window = this.#window;
    if (window === undefined || this.#isClosed) return [];
    const { deliveryCountLimit, maxRecordLocks, recordLockDurationMs } = this.#options.settings();
    const lockedUntilMs = this.#options.clock.monotonic() + recordLockDurationMs;
    const acquired = acquireRecords(window, { ...request, lockedUntilMs, deliveryCountLimit, maxRecordLocks });
    if (acquired.length === 0) return acquired;
    // Records of transactions that were aborted are for nobody.
    for (const { first, last } of aborted) window.archive(first, last, 'acquired');
    if (aborted.length > 0) window.advance();
    this.#armLockTimer(lockedUntilMs);
    return aborted.reduce(without, acquired);
  }

  /** Resolves when what the member says is written down. Rejects with a `KafkaError`; nothing of it holds then. */
  async acknowledge(memberId: string, batches: readonly AcknowledgementBatch[]): Promise<void> {
    const window = this.#requireWindow();
    const { isRenewAllowed, recordLockDurationMs } = this.#options.settings();
    const { changes, renewed } = acknowledgeRecords(window, memberId, batches, isRenewAllowed);
    const lockedUntilMs = this.#options.clock.monotonic() + recordLockDurationMs;
    for (const range of renewed) range.lockedUntilMs = lockedUntilMs;
    await this.#change(window, changes);
  }

  /** Takes back all that the member has. */
  async release(memberId: string): Promise<void> {
    const window = this.#window;
    if (window === undefined) return;
    const held = window.ranges.all.filter((range) => isHeld(range) && range.memberId === memberId);
    await this.#change(
      window,
      held.map((range) => [range, 'available']),
    );
  }

  /** Records were deleted from the log. */
  onLogStartMoved(): void {
    this.#window?.cutBefore(this.partition.logStartOffset);
  }

  /** Calls `listener` when there may be something to acquire, or it is of no use any more. Returns how to stop. */
  watch(listener: () => void): () => void {
    this.#watchers.add(listener);
    return () => this.#watchers.delete(listener);
  }

  /** It is of no use any more. Closing twice is harmless. */
  close(): void {
    this.#isClosed = true;
    this.#lockTimer?.cancel();
    this.#notify();
  }

  async #change(window: RecordWindow, changes: readonly (readonly [InFlightRange, RecordState])[]): Promise<void> {
    if (changes.length === 0) return;
    const { clock, settings } = this.#options;
    const { deliveryCountLimit, maxRecordLocks } = settings();
    const transition: Transition = window.begin(changes, deliveryCountLimit);
    try {
      await this.#write(window, transition.stateBatches);
    } catch (error) {
      window.rollBack(transition, clock.monotonic(), deliveryCountLimit);
      this.#notify();
      throw error;
    }
    const wasFull = window.size >= maxRecordLocks;
    window.commit(transition);
    // Records that are only done with give those who wait for others nothing to do.
    if (wasFull || window.nextFetchOffset < window.nextOffset) this.#notify();
  }

  async #write(window: RecordWindow, stateBatches: readonly StateBatch[]): Promise<void> {
    const { key, store } = this.#options;
    const { groupId, topicId, partition } = key;
    const change = {
      partition,
      stateEpoch: this.#stateEpoch,
      leaderEpoch: this.#leaderEpoch,
      startOffset: window.startOffset,
      deliveryCompleteCount: window.completeCount,
      stateBatches: [...stateBatches],
    };
    const { results } = await store.writeState({ groupId, topics: [{ topicId, partitions: [change] }] });
    const result = results[0]?.partitions[0];
    if (result === undefined) throw new KafkaError('UNKNOWN_SERVER_ERROR');
    requireSuccess(result);
  }

  /** One timer for all locks: it wakes up for the first that ends. */
  #armLockTimer(dueMs: number): void {
    if (dueMs >= this.#lockTimerDueMs || this.#isClosed) return;
    const { clock } = this.#options;
    this.#lockTimer?.cancel();
    this.#lockTimerDueMs = dueMs;
    this.#lockTimer = clock.schedule(Math.max(0, dueMs - clock.monotonic()), () => this.#expireLocks());
  }

  #expireLocks(): void {
    const window = this.#window;
    this.#lockTimerDueMs = Number.POSITIVE_INFINITY;
    if (window === undefined || this.#isClosed) return;
    const { clock, logger, settings, key } = this.#options;
    const stateBatches = window.expire(clock.monotonic(), settings().deliveryCountLimit);
    const next = window.nextExpiryMs;
    if (next !== undefined) this.#armLockTimer(next);
    if (stateBatches.length === 0) return;
    // The records are free whether this can be written or not: nobody has them any more.
    this.#write(window, stateBatches).catch((error: unknown) =>
      logger.warn({ ...key, error }, 'cannot write down that locks of records ended'),
    );
    this.#notify();
  }

  #firstOffset(): bigint | Promise<bigint> {
    return firstOffset(this.partition, this.#options.settings().offsetReset, this.#options.clock);
  }

  #requireWindow(): RecordWindow {
    if (this.#window === undefined || this.#isClosed) throw new KafkaError('NOT_LEADER_OR_FOLLOWER');
    return this.#window;
  }

  #callNextReader(): void {
    const [onTurn] = this.#readers;
    if (onTurn === undefined) return;
    this.#readers.delete(onTurn);
    onTurn();
  }

  #notify(): void {
    for (const watcher of [...this.#watchers]) watcher();
  }
}

/** Where a share group begins to read. Where nothing is as young as the duration asks, it begins with what comes next. */
async function firstOffset(partition: Partition, reset: OffsetReset, clock: Clock): Promise<bigint> {
  switch (reset.to) {
    case 'earliest':
      return partition.logStartOffset;
    case 'latest':
      return partition.highWatermark;
    case 'duration': {
      const found = await partition.findByTimestamp(BigInt(clock.now() - reset.agoMs));
      return found?.offset ?? partition.highWatermark;
    }
  }
}

/** Kafka's translation of what the keeper of the state says for those who consume. */
const TOLD: Partial<Record<ErrorName, ErrorName>> = {
  NOT_COORDINATOR: 'COORDINATOR_NOT_AVAILABLE',
  COORDINATOR_NOT_AVAILABLE: 'COORDINATOR_NOT_AVAILABLE',
  COORDINATOR_LOAD_IN_PROGRESS: 'COORDINATOR_NOT_AVAILABLE',
  GROUP_ID_NOT_FOUND: 'GROUP_ID_NOT_FOUND',
  UNKNOWN_TOPIC_OR_PARTITION: 'UNKNOWN_TOPIC_OR_PARTITION',
  FENCED_LEADER_EPOCH: 'NOT_LEADER_OR_FOLLOWER',
  FENCED_STATE_EPOCH: 'NOT_LEADER_OR_FOLLOWER',
};

function requireSuccess(result: { readonly errorCode: number; readonly errorMessage: string | null }): void {
  if (result.errorCode === 0) return;
  const name = errorName(result.errorCode) ?? 'UNKNOWN_SERVER_ERROR';
  throw new KafkaError(TOLD[name] ?? 'UNKNOWN_SERVER_ERROR', result.errorMessage ?? undefined);
}

/** What is told to be acquired, without the offsets of one batch. */
function without(
  acquired: AcquiredRecords[],
  { first, last }: { readonly first: bigint; readonly last: bigint },
): AcquiredRecords[] {
  return acquired.flatMap((records) => {
    const { firstOffset, lastOffset } = records;
    if (lastOffset < first || firstOffset > last) return [records];
    const parts: AcquiredRecords[] = [];
    if (firstOffset < first) parts.push({ ...records, lastOffset: first - 1n });
    if (lastOffset > last) parts.push({ ...records, firstOffset: last + 1n });
    return parts;
  });
}
