// What tests of groups do first: find the coordinator, become a member, commit an offset.

import {
  consumerProtocolSubscription,
  errorName,
  findCoordinator,
  joinGroup,
  offsetCommit,
  syncGroup,
} from '../../protocol/index.ts';
import type { TestBroker } from './test-broker.ts';
import type { TestClient } from './test-client.ts';

export interface Member {
  readonly groupId: string;
  readonly memberId: string;
  readonly generationId: number;
}

/** Makes the topic in which groups are kept. */
export async function findGroup(client: TestClient, groupId: string): Promise<void> {
  const { errorCode } = await client.send(findCoordinator, 2, { key: groupId, keyType: 0 });
  if (errorCode !== 0) throw new Error(`no coordinator for ${groupId}: ${errorName(errorCode)}`);
}

/** What a consumer of these topics says when it joins. */
export function consumerProtocols(topics: readonly string[]) {
  const subscription = { topics, userData: null, ownedPartitions: [] };
  return [{ name: 'range', metadata: consumerProtocolSubscription.codec(1).encode(subscription) }];
}

/** Becomes the only member of a new group, with `assignment`. */
export async function joinAlone(
  broker: TestBroker,
  client: TestClient,
  groupId: string,
  topics: readonly string[] = ['orders'],
  assignment = Buffer.from('everything'),
): Promise<Member> {
  await findGroup(client, groupId);
  const ask = (memberId: string) =>
    client.send(joinGroup, 5, {
      groupId,
      sessionTimeoutMs: 10_000,
      rebalanceTimeoutMs: 10_000,
      memberId,
      protocolType: 'consumer',
      protocols: consumerProtocols(topics),
    });
  const { memberId } = await ask('');
  const { generationId, errorCode } = await broker.settle(ask(memberId));
  if (errorCode !== 0) throw new Error(`cannot join ${groupId}: ${errorName(errorCode)}`);
  const assignments = [{ memberId, assignment }];
  await client.send(syncGroup, 3, { groupId, generationId, memberId, assignments });
  return { groupId, memberId, generationId };
}

/** Resolves to the name of the error; without a member the commit is that of a consumer that manages its partitions itself. */
export async function commit(
  client: TestClient,
  member: Pick<Member, 'groupId'> & Partial<Member>,
  topic: string,
  offset: bigint,
  partitionIndex = 0,
): Promise<string | undefined> {
  const { topics } = await client.send(offsetCommit, 9, {
    groupId: member.groupId,
    memberId: member.memberId ?? '',
    generationIdOrMemberEpoch: member.generationId ?? -1,
    topics: [{ name: topic, partitions: [{ partitionIndex, committedOffset: offset, committedMetadata: 'note' }] }],
  });
  return errorName(topics[0]?.partitions[0]?.errorCode ?? 0);
}
