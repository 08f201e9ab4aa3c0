// Commits a group's offsets as its member, one request at a time.

import { KafkaError, offsetCommit } from '../../protocol/index.ts';
import type { Cluster } from '../cluster.ts';
import { responseError } from '../response-error.ts';
import { partitionName } from '../topic-partition.ts';
import type { ConsumerSettings } from './consumer-settings.ts';
import { type OffsetToCommit, offsetTopics } from './offset-to-commit.ts';

export interface CommitterIdentity {
  readonly memberId: string;
  /** In groups of the consumer protocol the member's epoch. */
  readonly generationId: number;
}

// From version 10 on topics go by id; names live in the versions before.
const NEWEST_BY_NAME = 9;

/** Rejects with the broker's error, which the membership must hear of. */
export async function commitOffsets(
  cluster: Cluster,
  settings: ConsumerSettings,
  groupId: string,
  identity: CommitterIdentity,
  offsets: readonly OffsetToCommit[],
  options: { readonly signal?: AbortSignal | undefined; readonly timeoutMs?: number | undefined } = {},
): Promise<void> {
  if (offsets.length === 0) return;
  const topics = offsetTopics(offsets);
  await cluster.retry(`commit offsets of group ${groupId}`, options, async () => {
    const response = await cluster.sendToCoordinator(
      'group',
      groupId,
      offsetCommit,
      (version) => ({
        groupId,
        memberId: identity.memberId,
        generationIdOrMemberEpoch: identity.generationId,
        topics,
        ...(version >= 7 ? { groupInstanceId: settings.groupInstanceId } : {}),
      }),
      { signal: options.signal, maxVersion: NEWEST_BY_NAME },
    );
    for (const { name, partitions } of response.topics) {
      for (const { partitionIndex, errorCode } of partitions) {
        const place = partitionName({ topic: name, partition: partitionIndex });
        const error = responseError(errorCode, `commit the offset of ${place} for group ${groupId}`);
        if (error) throw error;
      }
    }
  });
}

/** True for answers that say something about the membership rather than the commit. */
export function isMembershipError(error: unknown): error is KafkaError {
  return error instanceof KafkaError && MEMBERSHIP_ERRORS.has(error.code);
}

const MEMBERSHIP_ERRORS = new Set<string>([
  'REBALANCE_IN_PROGRESS',
  'UNKNOWN_MEMBER_ID',
  'ILLEGAL_GENERATION',
  'FENCED_INSTANCE_ID',
  'STALE_MEMBER_EPOCH',
  'FENCED_MEMBER_EPOCH',
]);
