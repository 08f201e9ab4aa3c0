// What every operation on the groups of one partition works with.

import type { ConfigValues } from '../../config/index.ts';
import type { Clock, Random } from '../../platform/index.ts';
import type { Logger } from '../../telemetry/index.ts';
import type { Awaiting } from '../runtime/awaiting.ts';
import type { OperationResult, ShardContext } from '../runtime/state-machine.ts';
import type { GroupTopics } from './consumer/group-topics.ts';
import type { Group } from './group.ts';
import type { groupConfigTable } from './group-config.ts';
import type { GroupRecord } from './group-record.ts';
import type { CommittedOffsets } from './offsets/committed-offsets.ts';
import type { PendingOffsets } from './offsets/pending-offsets.ts';

export type GroupConfig = ConfigValues<typeof groupConfigTable>;

/** Who asks. */
export interface RequestContext {
  readonly apiVersion: number;
  /** Empty for a client without one. */
  readonly clientId: string;
  /** The address that the client connected from, with a slash before it, as Java prints it and Kafka's tools expect it. */
  readonly clientHost: string;
  /** Whether who asks may see the topic, where rules of access count. */
  readonly maySeeTopic?: (topic: string) => boolean;
}

export interface GroupContext {
  readonly config: GroupConfig;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly shard: ShardContext<GroupRecord>;
  readonly groups: Map<string, Group>;
  /** The cluster's topics at this moment. */
  topics(): GroupTopics;
  /** From which version of the metadata on no topic has been created. */
  newestTopicsVersion(): bigint;
  /** The settings that the group has of its own, as texts. */
  groupConfig(groupId: string): Readonly<Record<string, string>>;
  readonly offsets: CommittedOffsets;
  /** Of open transactions. */
  readonly pendingOffsets: PendingOffsets;
}

export type GroupResult<Response> = OperationResult<GroupRecord, Response>;

/** The result of an operation that has changed the group itself. */
export function applied<Response>(
  records: readonly GroupRecord[],
  response: Response | Awaiting<Response>,
): GroupResult<Response> {
  return { records, response, isApplied: true };
}
