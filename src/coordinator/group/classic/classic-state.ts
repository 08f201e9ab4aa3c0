// The states of a classic group, and the moves between them.

/** Kafka's names, as DescribeGroups and ListGroups tell them. */
export type ClassicState = 'Empty' | 'PreparingRebalance' | 'CompletingRebalance' | 'Stable';

/**
 * A group is Empty without members; PreparingRebalance while it waits for all of them to join; CompletingRebalance while it waits for the
 * leader's assignment; Stable once it has that. Kafka's fifth state, Dead, is told of groups that are not there.
 */
const PREVIOUS_STATES: Readonly<Record<ClassicState, readonly ClassicState[]>> = {
  Empty: ['PreparingRebalance'],
  PreparingRebalance: ['Stable', 'CompletingRebalance', 'Empty'],
  CompletingRebalance: ['PreparingRebalance'],
  Stable: ['CompletingRebalance'],
};

export function canMove(from: ClassicState, to: ClassicState): boolean {
  return PREVIOUS_STATES[to].includes(from);
}
