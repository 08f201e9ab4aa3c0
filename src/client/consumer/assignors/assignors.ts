// The assignors by the names under which members agree on one.

import type { Assign } from './assignment-input.ts';
import { assignCooperativeSticky } from './cooperative-sticky.ts';
import { assignRange } from './range.ts';
import { assignRoundRobin } from './round-robin.ts';

export type AssignorName = 'range' | 'roundrobin' | 'cooperative-sticky';

export const ASSIGNORS: Readonly<Record<AssignorName, Assign>> = {
  range: assignRange,
  roundrobin: assignRoundRobin,
  'cooperative-sticky': assignCooperativeSticky,
};

/** Members give up everything before a rebalance, unless all assignors that they may agree on are cooperative. */
export function isCooperative(names: readonly AssignorName[]): boolean {
  return names.every((name) => name === 'cooperative-sticky');
}
