// The assignors by the names under which members agree on one.

import type { Assign } from './assignment-input.ts';
import { assignCooperativeSticky } from './cooperative-sticky.ts';
import { assignRange } from './range.ts';
import { assignRoundRobin } from './round-robin.ts';

/** Kafka's names of the ways in which the members of a classic group can divide partitions. */
export type AssignorName = 'range' | 'roundrobin' | 'cooperative-sticky';

/** The assignors themselves, by their names. */
export const ASSIGNORS: Readonly<Record<AssignorName, Assign>> = {
  range: assignRange,
  roundrobin: assignRoundRobin,
  'cooperative-sticky': assignCooperativeSticky,
};

/** Members give up everything before a rebalance, unless all assignors that they may agree on are cooperative. */
export function isCooperative(names: readonly AssignorName[]): boolean {
  return names.every((name) => name === 'cooperative-sticky');
}
