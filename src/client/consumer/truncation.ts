// Notices that a new leader's log lacks what was read of the old one's, as after an unclean election (KIP-320). Asked once for each leader epoch.

import { KafkaError, offsetForLeaderEpoch } from '../../protocol/index.ts';
import type { Cluster } from '../cluster.ts';
import { responseError } from '../response-error.ts';
import { groupByTopic, partitionName } from '../topic-partition.ts';
import type { AssignedPartition } from './assigned-partition.ts';
import type { ConsumerSettings } from './consumer-settings.ts';

export interface PartitionOfEpoch {
  readonly assigned: AssignedPartition;
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  /** Of the leader, as metadata tells. */
  readonly leaderEpoch: number;
}

/** True when the leader has to be asked before anything more is read from it. */
export function mayBeTruncated(assigned: AssignedPartition, leaderEpoch: number): boolean {
  return leaderEpoch >= 0 && assigned.readEpoch >= 0 && assigned.checkedEpoch !== leaderEpoch;
}

/**
 * Asks the leader. A position that its log does not reach goes back to where the logs part, with a warning; without a reset policy the
 * first one rejects with OFFSET_OUT_OF_RANGE. Errors of single partitions that a retry may mend leave them unchecked.
 */
export async function checkTruncation(
  cluster: Cluster,
  settings: ConsumerSettings,
  nodeId: number,
  partitions: readonly PartitionOfEpoch[],
  signal: AbortSignal,
): Promise<void> {
  const connection = await cluster.connection(nodeId, 'general', signal);
  const topics = [...groupByTopic(partitions)].map(([topic, items]) => ({
    topic,
    partitions: items.map(({ partition, leaderEpoch, assigned }) => ({
      partition,
      currentLeaderEpoch: leaderEpoch,
      leaderEpoch: assigned.readEpoch,
    })),
  }));
  const response = await connection.send(offsetForLeaderEpoch, { topics }, { signal });
  const answers = new Map(
    response.topics.flatMap(({ topic, partitions: list }) =>
      list.map((answer) => [partitionName({ topic, partition: answer.partition }), answer] as const),
    ),
  );
  for (const item of partitions) {
    const { assigned, offset, leaderEpoch } = item;
    const name = partitionName(item);
    const answer = answers.get(name);
    // A seek went elsewhere meanwhile.
    if (answer === undefined || assigned.position !== offset) continue;
    const error = responseError(answer.errorCode, `check the log of ${name}`);
    if (error) {
      cluster.noticeError(error);
      continue;
    }
    assigned.checkedEpoch = leaderEpoch;
    const isKnown = answer.endOffset >= 0n && answer.leaderEpoch >= 0;
    if (isKnown && answer.endOffset >= offset) continue;
    if (settings.autoOffsetReset === 'none') {
      const end = isKnown ? `ends at ${answer.endOffset} in the leader's log` : "is unknown to the leader's log";
      throw new KafkaError(
        'OFFSET_OUT_OF_RANGE',
        `Cannot go on with ${name} at offset ${offset}: leader epoch ${assigned.readEpoch}, which was read, ${end}`,
      );
    }
    cluster.logger.warn(
      { partition: name, offset, leaderEpoch: assigned.readEpoch, endOffset: answer.endOffset },
      'the log was truncated behind what was read, going back to where it ends',
    );
    assigned.seek(isKnown ? answer.endOffset : { at: 'reset' });
  }
}
