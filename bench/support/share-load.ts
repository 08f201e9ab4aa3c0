// A share group of very many members, as plain connections: what the broker does is measured, not a client.

import { setTimeout as sleep } from 'node:timers/promises';
import { TestClient } from '../../src/broker/testing/test-client.ts';
import { createNodePlatform } from '../../src/platform/index.ts';
import {
  createTopics,
  encodeBatch,
  errorName,
  findCoordinator,
  incrementalAlterConfigs,
  produce,
  shareAcknowledge,
  shareFetch,
  shareGroupHeartbeat,
} from '../../src/protocol/index.ts';

const GROUP_ID = 'queue';
const TOPIC = 'tasks';
const GROUP_RESOURCE = 32;
const ACCEPT = 1;
const RECORDS_PER_BATCH = 100;
const RECORD_BYTES = 100;
const PRODUCE_BY_NAME = 12;
const MAX_ROUNDS = 600;
const NOTHING = { acknowledgementBatches: [] };

export interface ShareLoad {
  readonly partitions: number;
  readonly members: number;
  /** All of them are given out before the first is acknowledged. */
  readonly records: number;
}

export interface ShareLoadFigures {
  readonly acquiredPerSecond: number;
  readonly acknowledgedPerSecond: number;
  /** The fewest records that a member got, as a part of an equal share. */
  readonly leastShare: number;
  /** The most records that a member got, as a multiple of an equal share. */
  readonly mostShare: number;
}

interface Member {
  readonly client: TestClient;
  readonly memberId: string;
  memberEpoch: number;
  sessionEpoch: number;
  readonly partitions: number[];
  readonly acquired: Acquired[];
  count: number;
}

interface Acquired {
  readonly partition: number;
  readonly firstOffset: bigint;
  readonly lastOffset: bigint;
}

/** Runs the load on the broker, whose group may have so many members and whose locks must last for as long as it takes. */
export async function runShareLoad(bootstrap: string, load: ShareLoad): Promise<ShareLoadFigures> {
  const admin = await connect(bootstrap);
  const topicId = await prepare(admin, load);
  const members: Member[] = [];
  for (let index = 0; index < load.members; index++) {
    const client = await connect(bootstrap);
    const memberId = `member-${index}`;
    members.push({ client, memberId, memberEpoch: 0, sessionEpoch: 0, partitions: [], acquired: [], count: 0 });
  }
  try {
    await joinAll(members);
    const start = performance.now();
    const total = { left: load.records };
    await Promise.all(members.map((member) => acquire(member, topicId, total)));
    const acquired = performance.now();
    await Promise.all(members.map((member) => acknowledge(member, topicId)));
    const acknowledged = performance.now();
    const counts = members.map(({ count }) => count);
    const sum = counts.reduce((soFar, count) => soFar + count, 0);
    return {
      acquiredPerSecond: (sum / (acquired - start)) * 1000,
      acknowledgedPerSecond: (sum / (acknowledged - acquired)) * 1000,
      leastShare: (Math.min(...counts) * members.length) / sum,
      mostShare: (Math.max(...counts) * members.length) / sum,
    };
  } finally {
    admin.close();
    for (const { client } of members) client.close();
  }
}

async function connect(bootstrap: string): Promise<TestClient> {
  const [host = '', port = ''] = bootstrap.split(':');
  return new TestClient(await createNodePlatform().network.connect({ host, port: Number(port) }));
}

/** Makes the topic with its records, and the group read it from its beginning. Resolves to the topic's id. */
async function prepare(client: TestClient, { partitions, records }: ShareLoad): Promise<string> {
  const created = await client.send(createTopics, 7, {
    topics: [{ name: TOPIC, numPartitions: partitions, replicationFactor: 1, assignments: [], configs: [] }],
    timeoutMs: 60_000,
  });
  const [topic] = created.topics;
  if (topic === undefined || topic.errorCode !== 0) throw new Error(`no topic: ${topic?.errorMessage}`);
  const value = Buffer.alloc(RECORD_BYTES, 'x');
  const batch = encodeBatch({
    records: Array.from({ length: RECORDS_PER_BATCH }, () => ({ timestamp: BigInt(Date.now()), key: null, value })),
  });
  const batches = Math.ceil(records / partitions / RECORDS_PER_BATCH);
  for (let count = 0; count < batches; count++) await produceToAll(client, partitions, batch);
  const configs = [{ name: 'share.auto.offset.reset', value: 'earliest', configOperation: 0 }];
  await client.send(incrementalAlterConfigs, 1, {
    resources: [{ resourceType: GROUP_RESOURCE, resourceName: GROUP_ID, configs }],
    validateOnly: false,
  });
  for (let round = 0; ; round++) {
    const { errorCode } = await client.send(findCoordinator, 2, { key: GROUP_ID, keyType: 0 });
    if (errorCode === 0) return topic.topicId;
    if (round > MAX_ROUNDS) throw new Error(`no coordinator: ${errorName(errorCode)}`);
    await sleep(500);
  }
}

/** One batch to each partition. The first to a new one may come before its leader. */
async function produceToAll(client: TestClient, partitions: number, records: Buffer): Promise<void> {
  let left = Array.from({ length: partitions }, (_, index) => index);
  for (let round = 0; left.length > 0; round++) {
    if (round > MAX_ROUNDS) throw new Error(`cannot produce to ${left.length} partitions`);
    if (round > 0) await sleep(500);
    const partitionData = left.map((index) => ({ index, records }));
    const request = { transactionalId: null, acks: 1, timeoutMs: 60_000, topicData: [{ name: TOPIC, partitionData }] };
    const { responses } = await client.send(produce, PRODUCE_BY_NAME, request);
    const results = responses[0]?.partitionResponses ?? [];
    left = results.filter(({ errorCode }) => errorCode !== 0).map(({ index }) => index);
  }
}

/** Resolves when every member has partitions. */
async function joinAll(members: readonly Member[]): Promise<void> {
  for (let round = 0; members.some(({ partitions }) => partitions.length === 0); round++) {
    if (round > MAX_ROUNDS) throw new Error('not every member is assigned partitions');
    for (const member of members) await beat(member);
    await sleep(1000);
  }
}

async function beat(member: Member): Promise<void> {
  const { client, memberId, memberEpoch } = member;
  const joining = memberEpoch === 0 && { subscribedTopicNames: [TOPIC] };
  const about = { groupId: GROUP_ID, memberId, memberEpoch, ...joining };
  const { errorCode, assignment, ...response } = await client.send(shareGroupHeartbeat, 1, about);
  if (errorName(errorCode) === 'COORDINATOR_LOAD_IN_PROGRESS') return;
  if (errorCode !== 0) throw new Error(`${memberId}: ${response.errorMessage}`);
  member.memberEpoch = response.memberEpoch;
  if (assignment === null) return;
  const partitions = assignment.topicPartitions.flatMap((topic) => topic.partitions);
  member.partitions.splice(0, member.partitions.length, ...partitions);
}

/** Fetches until all members together have all records. */
async function acquire(member: Member, topicId: string, total: { left: number }): Promise<void> {
  const { client, memberId, partitions } = member;
  while (total.left > 0) {
    const added = member.sessionEpoch > 0 ? [] : partitions.map((partitionIndex) => ({ partitionIndex, ...NOTHING }));
    const response = await client.send(shareFetch, 2, {
      ...{ groupId: GROUP_ID, memberId, shareSessionEpoch: member.sessionEpoch++ },
      ...{ maxWaitMs: 100, minBytes: 1, maxBytes: 50 << 20, maxRecords: 500, batchSize: 500, forgottenTopicsData: [] },
      topics: added.length === 0 ? [] : [{ topicId, partitions: added }],
    });
    if (response.errorCode !== 0) throw new Error(`${memberId}: ${errorName(response.errorCode)}`);
    for (const { partitionIndex: partition, acquiredRecords } of response.responses[0]?.partitions ?? []) {
      for (const { firstOffset, lastOffset } of acquiredRecords) {
        const count = Number(lastOffset - firstOffset) + 1;
        member.acquired.push({ partition, firstOffset, lastOffset });
        member.count += count;
        total.left -= count;
      }
    }
  }
}

/** Accepts what the member has, one run of records per request. */
async function acknowledge(member: Member, topicId: string): Promise<void> {
  const { client, memberId } = member;
  for (const { partition, firstOffset, lastOffset } of member.acquired) {
    const acknowledgementBatches = [{ firstOffset, lastOffset, acknowledgeTypes: [ACCEPT] }];
    const { errorCode, responses } = await client.send(shareAcknowledge, 2, {
      ...{ groupId: GROUP_ID, memberId, shareSessionEpoch: member.sessionEpoch++ },
      topics: [{ topicId, partitions: [{ partitionIndex: partition, acknowledgementBatches }] }],
    });
    const failure = errorCode || (responses[0]?.partitions[0]?.errorCode ?? 0);
    if (failure !== 0) throw new Error(`${memberId}: ${errorName(failure)}`);
  }
}
