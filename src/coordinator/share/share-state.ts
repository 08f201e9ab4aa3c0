// The kept state of one share partition: where its group begins to read, and how the records behind that stand. It is a snapshot with the
// updates that followed; each change makes a new object.

import type { ShareSnapshotValue, ShareUpdateValue } from '../../protocol/index.ts';
import { combineStateBatches, type StateBatch } from './state-batches.ts';

/** A share partition that nobody has read from yet has no start offset, and no count of records that are done. */
export const NO_START_OFFSET = -1n;
export const NO_COMPLETE_COUNT = -1;
const UNCHANGED = -1;

export interface ShareState {
  readonly snapshotEpoch: number;
  /** The epoch of the group when the state was begun: older ones are fenced. */
  readonly stateEpoch: number;
  /** Of the partition's leader: older ones are fenced. */
  readonly leaderEpoch: number;
  readonly startOffset: bigint;
  /** Records behind the start offset that are acknowledged or archived. */
  readonly deliveryCompleteCount: number;
  /** Sorted, without overlaps. */
  readonly stateBatches: readonly StateBatch[];
  /** When the last snapshot was made because of a change. */
  readonly createTimestamp: bigint;
  /** When it was written; later, when it was written again to let older records go. */
  readonly writeTimestamp: bigint;
  readonly updatesSinceSnapshot: number;
  /** Where the last snapshot stands in the log. Nothing of the state lies before it. */
  readonly snapshotPosition: bigint;
}

/** What a WriteShareGroupState says of a share partition. */
export interface ShareStateChange {
  readonly leaderEpoch: number;
  /** -1 leaves it. */
  readonly startOffset: bigint;
  readonly deliveryCompleteCount: number;
  readonly stateBatches: readonly StateBatch[];
}

export function stateFromSnapshot(value: ShareSnapshotValue, position: bigint): ShareState {
  return { ...value, updatesSinceSnapshot: 0, snapshotPosition: position };
}

/** `state` is undefined where the snapshot before is gone. */
export function stateAfterUpdate(state: ShareState | undefined, value: ShareUpdateValue, position: bigint): ShareState {
  const before = state ?? {
    ...value,
    stateEpoch: 0,
    stateBatches: [],
    createTimestamp: 0n,
    writeTimestamp: 0n,
    updatesSinceSnapshot: 0,
    snapshotPosition: position,
  };
  const startOffset = value.startOffset === NO_START_OFFSET ? before.startOffset : value.startOffset;
  return {
    ...before,
    leaderEpoch: value.leaderEpoch === UNCHANGED ? before.leaderEpoch : value.leaderEpoch,
    startOffset,
    deliveryCompleteCount: value.deliveryCompleteCount,
    stateBatches: combineStateBatches(before.stateBatches, value.stateBatches, startOffset),
    updatesSinceSnapshot: before.updatesSinceSnapshot + 1,
  };
}

/** The change alone, for an update. */
export function updateValue(state: ShareState, change: ShareStateChange): ShareUpdateValue {
  return {
    snapshotEpoch: state.snapshotEpoch,
    leaderEpoch: change.leaderEpoch,
    startOffset: change.startOffset,
    deliveryCompleteCount: change.deliveryCompleteCount,
    stateBatches: combineStateBatches([], change.stateBatches, change.startOffset),
  };
}

/** The state with the change, for a snapshot. */
export function snapshotValue(state: ShareState, change: ShareStateChange, nowMs: bigint): ShareSnapshotValue {
  const startOffset = change.startOffset === NO_START_OFFSET ? state.startOffset : change.startOffset;
  return {
    snapshotEpoch: state.snapshotEpoch + 1,
    stateEpoch: state.stateEpoch,
    leaderEpoch: change.leaderEpoch,
    startOffset,
    deliveryCompleteCount: change.deliveryCompleteCount,
    stateBatches: combineStateBatches(state.stateBatches, change.stateBatches, startOffset),
    createTimestamp: nowMs,
    writeTimestamp: nowMs,
  };
}

/** The state as it is, written again so that what lies before in the log can go. */
export function repeatedSnapshotValue(state: ShareState, nowMs: bigint): ShareSnapshotValue {
  const { stateEpoch, leaderEpoch, startOffset, deliveryCompleteCount, stateBatches, createTimestamp } = state;
  return {
    snapshotEpoch: state.snapshotEpoch + 1,
    stateEpoch,
    leaderEpoch,
    startOffset,
    deliveryCompleteCount,
    stateBatches: [...stateBatches],
    createTimestamp,
    writeTimestamp: nowMs,
  };
}

/** A new beginning at `startOffset`, which may be unknown yet. */
export function initialValue(
  state: ShareState | undefined,
  { stateEpoch, startOffset }: Pick<ShareState, 'stateEpoch' | 'startOffset'>,
  nowMs: bigint,
): ShareSnapshotValue {
  return {
    snapshotEpoch: state === undefined ? 0 : state.snapshotEpoch + 1,
    stateEpoch,
    leaderEpoch: 0,
    startOffset,
    deliveryCompleteCount: startOffset === NO_START_OFFSET ? NO_COMPLETE_COUNT : 0,
    stateBatches: [],
    createTimestamp: nowMs,
    writeTimestamp: nowMs,
  };
}
