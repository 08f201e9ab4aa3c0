// The share partitions of one partition of `__share_group_state`, as its log tells them. An update is small and frequent; now and then the
// whole state of a share partition is written, and what lies before the oldest of these snapshots is deleted.

import type { Clock } from '../../platform/index.ts';
import { KafkaError, type ShareUpdateValue } from '../../protocol/index.ts';
import type { Logger } from '../../telemetry/index.ts';
import type { OperationResult, ReplayContext, ShardContext, StateMachine } from '../runtime/state-machine.ts';
import type { ShareCoordinatorConfig } from './share-coordinator-config.ts';
import { type SharePartitionKey, sharePartitionText } from './share-partition-key.ts';
import type { ShareRecord } from './share-record.ts';
import {
  initialValue,
  NO_COMPLETE_COUNT,
  NO_START_OFFSET,
  repeatedSnapshotValue,
  type ShareState,
  type ShareStateChange,
  snapshotValue,
  stateAfterUpdate,
  stateFromSnapshot,
  updateValue,
} from './share-state.ts';

export interface ShareShardOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly config: ShareCoordinatorConfig;
  /** How many partitions the topic has; undefined where there is none of that id. */
  partitionCount(topicId: string): number | undefined;
  /** Deletes the records of a partition of the state's topic that lie before `offset`. */
  deleteRecordsBefore(partition: number, offset: bigint): Promise<void>;
}

export type ShareResult<Response> = OperationResult<ShareRecord, Response>;
export type ShareStateSummary = Pick<
  ShareState,
  'stateEpoch' | 'leaderEpoch' | 'startOffset' | 'deliveryCompleteCount'
>;

/** What a request says where it does not know an epoch. */
const ANY_EPOCH = -1;
const NOTHING: ShareResult<undefined> = { records: [], response: undefined };

interface Entry {
  readonly key: SharePartitionKey;
  readonly state: ShareState;
}

export class ShareShard implements StateMachine<ShareRecord> {
  readonly #options: ShareShardOptions;
  readonly #shard: ShardContext<ShareRecord>;
  readonly #entries = new Map<string, Entry>();
  #lastPosition = -1n;
  #prunedTo = -1n;

  constructor(options: ShareShardOptions, shard: ShardContext<ShareRecord>) {
    this.#options = options;
    this.#shard = shard;
  }

  replay({ kind, key, value }: ShareRecord, { position }: ReplayContext): void {
    const text = sharePartitionText(key);
    this.#lastPosition = position;
    if (value === null) this.#entries.delete(text);
    else if (kind === 'snapshot') this.#entries.set(text, { key, state: stateFromSnapshot(value, position) });
    else this.#entries.set(text, { key, state: stateAfterUpdate(this.#entries.get(text)?.state, value, position) });
  }

  onLoaded(): void {
    this.#schedulePruning();
    this.#scheduleSnapshots();
    const sharePartitions = this.#entries.size;
    if (sharePartitions > 0) this.#options.logger.info({ sharePartitions }, 'loaded the state of share groups');
  }

  /** Begins anew, at a start offset or (-1) where the group's settings say. Throws FENCED_STATE_EPOCH, UNKNOWN_TOPIC_OR_PARTITION. */
  initialize(
    key: SharePartitionKey,
    start: { readonly stateEpoch: number; readonly startOffset: bigint },
  ): ShareResult<undefined> {
    const state = this.#stateOf(key);
    if (state !== undefined) requireStateEpoch(state, start.stateEpoch);
    this.#requirePartition(key);
    return {
      records: [{ kind: 'snapshot', key, value: initialValue(state, start, this.#nowMs) }],
      response: undefined,
    };
  }

  /** The state for a new leader of the partition: older leaders are fenced from here on. */
  read(key: SharePartitionKey, leaderEpoch: number): ShareResult<ShareState> {
    const state = this.#requireState(key, 'Read');
    requireLeaderEpoch(state, leaderEpoch);
    this.#requirePartition(key);
    if (leaderEpoch === ANY_EPOCH || leaderEpoch === state.leaderEpoch) return { records: [], response: state };
    const { startOffset, deliveryCompleteCount } = state;
    const change = { leaderEpoch, startOffset, deliveryCompleteCount, stateBatches: [] };
    return { records: [this.#changeRecord(key, state, change)], response: state };
  }

  /** Throws INVALID_REQUEST, FENCED_LEADER_EPOCH, FENCED_STATE_EPOCH, UNKNOWN_TOPIC_OR_PARTITION. */
  write(key: SharePartitionKey, stateEpoch: number, change: ShareStateChange): ShareResult<undefined> {
    const state = this.#requireState(key, 'Write');
    requireLeaderEpoch(state, change.leaderEpoch);
    requireStateEpoch(state, stateEpoch);
    this.#requirePartition(key);
    // Only reading makes somebody the leader.
    const record = this.#changeRecord(key, state, { ...change, leaderEpoch: state.leaderEpoch });
    return { records: [record], response: undefined };
  }

  /** Of what is not there, too. */
  delete(key: SharePartitionKey): ShareResult<undefined> {
    this.#requirePartition(key);
    return this.#stateOf(key) === undefined ? NOTHING : { records: [tombstone(key)], response: undefined };
  }

  summary(key: SharePartitionKey): ShareStateSummary {
    this.#requirePartition(key);
    return (
      this.#stateOf(key) ?? {
        stateEpoch: 0,
        leaderEpoch: 0,
        startOffset: NO_START_OFFSET,
        deliveryCompleteCount: NO_COMPLETE_COUNT,
      }
    );
  }

  deleteTopic(topicId: string): ShareResult<undefined> {
    const gone = [...this.#entries.values()].filter(({ key }) => key.topicId === topicId);
    return { records: gone.map(({ key }) => tombstone(key)), response: undefined, isDivisible: true };
  }

  #changeRecord(key: SharePartitionKey, state: ShareState, change: ShareStateChange): ShareRecord {
    const limit = this.#options.config['share.coordinator.snapshot.update.records.per.snapshot'];
    if (state.updatesSinceSnapshot >= limit)
      return { kind: 'snapshot', key, value: snapshotValue(state, change, this.#nowMs) };
    const value: ShareUpdateValue = updateValue(state, change);
    return { kind: 'update', key, value };
  }

  #schedulePruning(): void {
    const intervalMs = this.#options.config['share.coordinator.state.topic.prune.interval.ms'];
    this.#shard.timers.schedule('prune', intervalMs, () => {
      this.#schedulePruning();
      return this.#prune();
    });
  }

  /** Deletes what lies before the oldest snapshot that counts, once that is committed. */
  #prune(): ShareResult<undefined> {
    const { deleteRecordsBefore, logger } = this.#options;
    const { partition } = this.#shard;
    let before = this.#lastPosition;
    for (const { state } of this.#entries.values())
      if (state.snapshotPosition < before) before = state.snapshotPosition;
    if (before <= this.#prunedTo) return NOTHING;
    const afterCommit = () => {
      this.#prunedTo = before;
      deleteRecordsBefore(partition, before).catch((error: unknown) =>
        logger.warn({ error, partition, before }, 'cannot delete old records of share groups'),
      );
    };
    return { ...NOTHING, afterCommit };
  }

  #scheduleSnapshots(): void {
    const intervalMs = this.#options.config['share.coordinator.cold.partition.snapshot.interval.ms'];
    this.#shard.timers.schedule('snapshots', intervalMs, () => {
      this.#scheduleSnapshots();
      return this.#repeatOldSnapshots(BigInt(intervalMs));
    });
  }

  /** Share partitions that do not change would hold back everything behind them. When all have been repeated, nothing is gained. */
  #repeatOldSnapshots(intervalMs: bigint): ShareResult<undefined> {
    const entries = [...this.#entries.values()];
    if (entries.every(({ state }) => state.createTimestamp !== state.writeTimestamp)) return NOTHING;
    const nowMs = this.#nowMs;
    const records = entries
      .filter(({ state }) => nowMs - state.writeTimestamp >= intervalMs)
      .map(({ key, state }): ShareRecord => ({ kind: 'snapshot', key, value: repeatedSnapshotValue(state, nowMs) }));
    return { records, response: undefined, isDivisible: true };
  }

  get #nowMs(): bigint {
    return BigInt(this.#options.clock.now());
  }

  #stateOf(key: SharePartitionKey): ShareState | undefined {
    return this.#entries.get(sharePartitionText(key))?.state;
  }

  #requireState(key: SharePartitionKey, operation: 'Read' | 'Write'): ShareState {
    const state = this.#stateOf(key);
    if (state !== undefined) return state;
    const message = `${operation} operation on uninitialized share partition not allowed.`;
    throw new KafkaError('INVALID_REQUEST', message);
  }

  #requirePartition({ topicId, partition }: SharePartitionKey): void {
    if (partition < 0) throw new KafkaError('INVALID_REQUEST', 'The partition id cannot be a negative number.');
    if (partition >= (this.#options.partitionCount(topicId) ?? 0)) throw new KafkaError('UNKNOWN_TOPIC_OR_PARTITION');
  }
}

function requireLeaderEpoch(state: ShareState, leaderEpoch: number): void {
  if (leaderEpoch !== ANY_EPOCH && leaderEpoch < state.leaderEpoch) throw new KafkaError('FENCED_LEADER_EPOCH');
}

function requireStateEpoch(state: ShareState, stateEpoch: number): void {
  if (stateEpoch !== ANY_EPOCH && stateEpoch < state.stateEpoch) throw new KafkaError('FENCED_STATE_EPOCH');
}

function tombstone(key: SharePartitionKey): ShareRecord {
  return { kind: 'snapshot', key, value: null };
}
