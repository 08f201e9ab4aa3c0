// What tests of share groups do first: become a member, fetch in a session, acknowledge.

import {
  CONFIG_RESOURCE,
  errorName,
  findCoordinator,
  type RequestInput,
  type ResponseOf,
  shareAcknowledge,
  shareFetch,
  shareGroupHeartbeat,
} from '../../protocol/index.ts';
import { alter } from './configs.ts';
import { TestBroker, type TestBrokerOptions } from './test-broker.ts';
import type { TestClient } from './test-client.ts';
import { createTopic, valuesOf } from './topics.ts';

export const SHARE_GROUP = 'queue';
const FETCH_VERSION = 2;
/** Kafka's `group.share.heartbeat.interval.ms`: a member learns later what was made ready for it. */
const HEARTBEAT_INTERVAL_MS = 5000;

/** A member of a share group, which has assigned itself its partitions: the broker does not hold fetches against assignments. */
export class ShareConsumer {
  readonly client: TestClient;
  readonly memberId: string;
  readonly groupId: string;
  #epoch = 0;

  constructor(client: TestClient, memberId: string, groupId = SHARE_GROUP) {
    this.client = client;
    this.memberId = memberId;
    this.groupId = groupId;
  }

  /** The next ShareFetch of the session, of one partition. */
  async fetch(
    topicId: string,
    options: Partial<RequestInput<typeof shareFetch>> & {
      readonly partition?: number;
      readonly acknowledge?: readonly AcknowledgementInput[];
    } = {},
  ): Promise<ShareFetched> {
    const { partition = 0, acknowledge = [], ...fields } = options;
    const response = await this.client.send(shareFetch, FETCH_VERSION, {
      groupId: this.groupId,
      memberId: this.memberId,
      shareSessionEpoch: this.#epoch,
      maxWaitMs: 0,
      minBytes: 1,
      maxBytes: 1 << 20,
      maxRecords: 500,
      batchSize: 500,
      topics: [
        { topicId, partitions: [{ partitionIndex: partition, acknowledgementBatches: acknowledge.map(toBatch) }] },
      ],
      forgottenTopicsData: [],
      ...fields,
    });
    if (response.errorCode === 0) this.#epoch++;
    return fetchedOf(response, partition);
  }

  /** The next request of the session, with acknowledgements only. Resolves to the name of the partition's error, or the request's. */
  async acknowledge(
    topicId: string,
    batches: readonly AcknowledgementInput[],
    options: { readonly partition?: number; readonly isRenewAck?: boolean; readonly version?: number } = {},
  ): Promise<string | undefined> {
    const { partition = 0, isRenewAck, version = FETCH_VERSION } = options;
    const response = await this.client.send(shareAcknowledge, version, {
      groupId: this.groupId,
      memberId: this.memberId,
      shareSessionEpoch: this.#epoch,
      ...(isRenewAck !== undefined && { isRenewAck }),
      topics: [{ topicId, partitions: [{ partitionIndex: partition, acknowledgementBatches: batches.map(toBatch) }] }],
    });
    if (response.errorCode === 0) this.#epoch++;
    return errorName(response.errorCode || (response.responses[0]?.partitions[0]?.errorCode ?? 0));
  }

  /** Ends the session, and gives back what was acquired in it. */
  async close(): Promise<void> {
    await this.client.send(shareAcknowledge, FETCH_VERSION, {
      groupId: this.groupId,
      memberId: this.memberId,
      shareSessionEpoch: -1,
      topics: [],
    });
  }
}

/** First offset, last offset, and one type for all records or one for each. */
export type AcknowledgementInput = readonly [first: number, last: number, ...types: number[]];

export interface ShareFetched {
  readonly error: string | undefined;
  readonly acknowledgeError: string | undefined;
  readonly values: readonly (string | null)[];
  /** `first-last*count` */
  readonly acquired: readonly string[];
}

export interface ShareGroupOptions extends TestBrokerOptions {
  /** Of the group. */
  readonly groupConfigs?: Readonly<Record<string, string>>;
  readonly partitions?: number;
}

/** A broker with the topic `orders`, which the group reads from its beginning and which has one member. */
export async function startShareGroup({ groupConfigs, partitions = 1, ...options }: ShareGroupOptions = {}) {
  const broker = await TestBroker.start(options);
  const client = await broker.connect();
  const topicId = await createTopic(client, 'orders', { partitions });
  for (const [setting, value] of Object.entries({ 'share.auto.offset.reset': 'earliest', ...groupConfigs })) {
    const error = await alter(client, { type: CONFIG_RESOURCE.group, name: SHARE_GROUP, setting, value });
    if (error !== 'NONE') throw new Error(`cannot set ${setting} to ${value}: ${error}`);
  }
  await joinShareGroup(broker, client, ['orders']);
  return { broker, client, topicId };
}

/** Makes the group with the member, and has the state of its partitions begun. */
export async function joinShareGroup(
  broker: TestBroker,
  client: TestClient,
  topics: readonly string[],
  { memberId = 'member', groupId = SHARE_GROUP } = {},
): Promise<ResponseOf<typeof shareGroupHeartbeat>> {
  await client.send(findCoordinator, 2, { key: groupId, keyType: 0 });
  const join = { groupId, memberId, memberEpoch: 0, subscribedTopicNames: [...topics] };
  const { errorCode, memberEpoch } = await client.send(shareGroupHeartbeat, 1, join);
  if (errorCode !== 0) throw new Error(`cannot join ${groupId}: ${errorName(errorCode)}`);
  for (let tries = 0; tries < 10; tries++) {
    await broker.clock.advanceAndSettle(HEARTBEAT_INTERVAL_MS);
    const beat = await client.send(shareGroupHeartbeat, 1, { groupId, memberId, memberEpoch });
    if ((beat.assignment?.topicPartitions.length ?? 0) > 0) return beat;
  }
  throw new Error(`${memberId} is not assigned anything`);
}

function fetchedOf(response: ResponseOf<typeof shareFetch>, index: number): ShareFetched {
  const partition = response.responses[0]?.partitions.find(({ partitionIndex }) => partitionIndex === index);
  const acquired = partition?.acquiredRecords ?? [];
  return {
    error: errorName(response.errorCode || (partition?.errorCode ?? 0)),
    acknowledgeError: errorName(partition?.acknowledgeErrorCode ?? 0),
    values: partition === undefined ? [] : valuesOf(partition),
    acquired: acquired.map(
      ({ firstOffset, lastOffset, deliveryCount }) => `${firstOffset}-${lastOffset}*${deliveryCount}`,
    ),
  };
}

function toBatch([first, last, ...acknowledgeTypes]: AcknowledgementInput) {
  return { firstOffset: BigInt(first), lastOffset: BigInt(last), acknowledgeTypes };
}
