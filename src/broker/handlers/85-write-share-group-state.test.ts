import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DELIVERY_STATE } from '../../coordinator/index.ts';
import {
  deleteShareGroupState,
  errorName,
  findCoordinator,
  initializeShareGroupState,
  listOffsets,
  readShareGroupState,
  readShareGroupStateSummary,
  writeShareGroupState,
  ZERO_UUID,
} from '../../protocol/index.ts';
import { TestBroker, type TestBrokerOptions } from '../testing/test-broker.ts';
import type { TestClient } from '../testing/test-client.ts';
import { createTopic } from '../testing/topics.ts';

const { available, acknowledged, archived } = DELIVERY_STATE;
const SHARE_KEY_TYPE = 2;
/** ListOffsets: the first offset of the log. */
const EARLIEST = -2n;

/** What other brokers would ask of this one. Each resolves to the one result of the one partition, with the name of its error. */
class OtherBroker {
  readonly client: TestClient;
  readonly topicId: string;

  constructor(client: TestClient, topicId: string) {
    this.client = client;
    this.topicId = topicId;
  }

  initialize(stateEpoch: number, startOffset = -1n, partition = 0) {
    const request = this.#about({ partition, stateEpoch, startOffset });
    return this.client.send(initializeShareGroupState, 0, request).then(only);
  }

  write(fields: Partial<Parameters<OtherBroker['stateOf']>[0]> = {}, ...batches: (readonly number[])[]) {
    return this.client.send(writeShareGroupState, 1, this.#about(this.stateOf(fields, batches))).then(only);
  }

  read(leaderEpoch = -1, partition = 0) {
    return this.client.send(readShareGroupState, 0, this.#about({ partition, leaderEpoch })).then(only);
  }

  summary(partition = 0) {
    return this.client.send(readShareGroupStateSummary, 1, this.#about({ partition, leaderEpoch: -1 })).then(only);
  }

  delete(partition = 0) {
    return this.client.send(deleteShareGroupState, 0, this.#about({ partition })).then(only);
  }

  /** Batches are first, last, state, count. */
  stateOf(
    fields: { readonly stateEpoch?: number; readonly leaderEpoch?: number; readonly startOffset?: bigint },
    batches: readonly (readonly number[])[],
  ) {
    const stateBatches = batches.map(([first = 0, last = 0, deliveryState = 0, deliveryCount = 1]) => ({
      ...{ firstOffset: BigInt(first), lastOffset: BigInt(last), deliveryState, deliveryCount },
    }));
    const defaults = { stateEpoch: 1, leaderEpoch: 0, startOffset: 0n, deliveryCompleteCount: 0 };
    return { partition: 0, ...defaults, ...fields, stateBatches };
  }

  #about<P>(partition: P) {
    return { groupId: 'queue', topics: [{ topicId: this.topicId, partitions: [partition] }] };
  }
}

function only<P extends { readonly errorCode: number }>(response: {
  readonly results: readonly { readonly partitions: readonly P[] }[];
}) {
  const [partition] = response.results[0]?.partitions ?? [];
  if (partition === undefined) throw new Error('no partition in the answer');
  return { ...partition, error: errorName(partition.errorCode) };
}

/** `first-last:state*count` */
function batchesOf({ stateBatches }: Awaited<ReturnType<OtherBroker['read']>>) {
  return stateBatches.map(
    (batch) => `${batch.firstOffset}-${batch.lastOffset}:${batch.deliveryState}*${batch.deliveryCount}`,
  );
}

async function start(options: TestBrokerOptions = {}) {
  const broker = await TestBroker.start(options);
  const client = await broker.connect();
  const topicId = await createTopic(client, 'orders');
  const { coordinators } = await broker.settle(
    client.send(findCoordinator, 6, { keyType: SHARE_KEY_TYPE, coordinatorKeys: [`queue:${topicId}:0`] }),
  );
  assert.equal(errorName(coordinators[0]?.errorCode ?? -1), 'NONE');
  return { broker, client, other: new OtherBroker(client, topicId) };
}

describe('The state of a share partition', () => {
  it('begins where it is told, and is what was written over what was known', async () => {
    const { broker, other } = await start();
    await using _ = broker;
    assert.equal((await other.initialize(1, 5n)).error, 'NONE');
    assert.equal((await other.read()).startOffset, 5n);
    await other.write({ startOffset: 5n }, [5, 9, acknowledged], [10, 14, available, 1]);
    await other.write({ startOffset: 10n }, [12, 12, archived, 2]);
    const state = await other.read();
    assert.equal(state.startOffset, 10n);
    assert.deepEqual(batchesOf(state), ['10-11:0*1', '12-12:4*2', '13-14:0*1']);
  });

  it('is summed up', async () => {
    const { broker, other } = await start();
    await using _ = broker;
    const unknown = await other.summary();
    assert.equal(unknown.error, 'NONE');
    assert.equal(unknown.startOffset, -1n, 'nothing has been begun');
    await other.initialize(3, 5n);
    await other.write({ stateEpoch: 3, startOffset: 7n });
    const { stateEpoch, startOffset, deliveryCompleteCount } = await other.summary();
    assert.deepEqual(
      { stateEpoch, startOffset, deliveryCompleteCount },
      { stateEpoch: 3, startOffset: 7n, deliveryCompleteCount: 0 },
    );
  });

  it('fences older leaders of the partition and older epochs of the group', async () => {
    const { broker, other } = await start();
    await using _ = broker;
    await other.initialize(5);
    assert.equal((await other.read(4)).error, 'NONE');
    assert.equal((await other.read(3)).error, 'FENCED_LEADER_EPOCH');
    assert.equal((await other.write({ stateEpoch: 5, leaderEpoch: 3 })).error, 'FENCED_LEADER_EPOCH');
    assert.equal((await other.write({ stateEpoch: 4, leaderEpoch: 4 })).error, 'FENCED_STATE_EPOCH');
    assert.equal((await other.initialize(4)).error, 'FENCED_STATE_EPOCH');
  });

  it('must have been begun, of a partition that is there', async () => {
    const { broker, client, other } = await start();
    await using _ = broker;
    assert.equal((await other.read()).error, 'INVALID_REQUEST');
    assert.equal((await other.write()).error, 'INVALID_REQUEST');
    assert.equal((await other.initialize(1, 0n, 7)).error, 'UNKNOWN_TOPIC_OR_PARTITION');
    assert.equal((await new OtherBroker(client, ZERO_UUID).initialize(1)).error, 'UNKNOWN_TOPIC_OR_PARTITION');
  });

  it('is forgotten when it is deleted, also when it is not there', async () => {
    const { broker, other } = await start();
    await using _ = broker;
    assert.equal((await other.delete()).error, 'NONE');
    await other.initialize(1, 0n);
    assert.equal((await other.delete()).error, 'NONE');
    assert.equal((await other.read()).error, 'INVALID_REQUEST');
  });

  it('is the same after a restart, from a snapshot with updates or from many updates', async () => {
    const settings = { 'share.coordinator.snapshot.update.records.per.snapshot': '3' };
    const { broker, other } = await start({ settings });
    await other.initialize(1, 0n);
    const told: string[][] = [];
    for (let offset = 0; offset < 10; offset++) {
      await other.write({ startOffset: BigInt(Math.floor(offset / 2)) }, [
        offset,
        offset,
        offset % 2 ? archived : available,
      ]);
      told.push(batchesOf(await other.read()));
    }
    await broker[Symbol.asyncDispose]();
    await using again = await TestBroker.start({ disk: broker.disk, clock: broker.clock, settings });
    const restarted = new OtherBroker(await again.connect(), other.topicId);
    assert.deepEqual(batchesOf(await restarted.read()), told.at(-1));
    assert.equal((await restarted.read()).startOffset, 4n);
  });

  it('takes room for its newest snapshot and what follows only', async () => {
    const settings = {
      'share.coordinator.snapshot.update.records.per.snapshot': '2',
      'share.coordinator.state.topic.num.partitions': '1',
      'share.coordinator.state.topic.prune.interval.ms': '1000',
    };
    const { broker, other } = await start({ settings });
    await other.initialize(1, 0n);
    for (let count = 0; count < 20; count++) await other.write({}, [0, 0, available, count]);
    await broker.clock.advanceAndSettle(1000);
    await other.write({}, [0, 0, available, 20]);
    const partitions = [{ partitionIndex: 0, currentLeaderEpoch: -1, timestamp: EARLIEST }];
    const { topics } = await other.client.send(listOffsets, 7, {
      ...{ replicaId: -1, isolationLevel: 0, topics: [{ name: '__share_group_state', partitions }] },
    });
    const begin = topics[0]?.partitions[0]?.offset ?? -1n;
    assert.ok(begin > 10n, `the log begins with ${begin}`);
    await broker[Symbol.asyncDispose]();
    await using again = await TestBroker.start({ disk: broker.disk, clock: broker.clock, settings });
    const restarted = new OtherBroker(await again.connect(), other.topicId);
    assert.deepEqual(batchesOf(await restarted.read()), ['0-0:0*20']);
  });
});
