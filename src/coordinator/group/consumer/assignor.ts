// What an assignor works with, and the ones that there are.

import { KafkaError } from '../../../protocol/index.ts';
import type { Assignment } from './assigned-partitions.ts';
import { assignRange } from './range-assignor.ts';
import { assignUniform } from './uniform-assignor.ts';

export interface AssignorMember {
  readonly memberId: string;
  readonly instanceId: string | null;
  /** Of topics that exist. */
  readonly topicIds: ReadonlySet<string>;
  /** Its target so far. */
  readonly assignment: Assignment;
}

export interface AssignorInput {
  readonly members: readonly AssignorMember[];
  /** Whether all members name the same topics. Topics that a regular expression finds are not named. */
  readonly isHomogeneous: boolean;
  partitionCount(topicId: string): number;
}

/** Gives each partition of the topics to exactly one of the members that subscribe to it. */
export type Assignor = (input: AssignorInput) => Map<string, Assignment>;

const ASSIGNORS: ReadonlyMap<string, Assignor> = new Map([
  ['uniform', assignUniform],
  ['range', assignRange],
]);

/** By the names that `group.consumer.assignors` has, or Kafka's classes for them. */
export function assignorNamed(name: string): Assignor {
  const assignor = ASSIGNORS.get(shortName(name));
  if (assignor === undefined) throw new KafkaError('UNKNOWN_SERVER_ERROR', `There is no assignor ${name}`);
  return assignor;
}

/** `uniform` for `org.apache.kafka.coordinator.group.assignor.UniformAssignor`. */
export function shortName(name: string): string {
  return (/^org\.apache\.kafka\.coordinator\.group\.assignor\.(\w+)Assignor$/.exec(name)?.[1] ?? name).toLowerCase();
}

export function compareText(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
