// What any Kafka must do for the calls of `Admin` that few programs make, as tests; part of `clientConformance`.

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Consumer } from '../consumer/consumer.ts';
import { Producer } from '../producer/producer.ts';
import type { AdminConformanceContext } from './admin-conformance-suite.ts';

const UNKNOWN_ID = 'AAAAAAAAAAAAAAAAAAAAAQ';

/** `context` is asked inside of each test. */
export function adminDetailsConformance(context: () => AdminConformanceContext, hasShareGroups: boolean): void {
  it('describes and deletes topics by their ids', async () => {
    const { admin, newTopic, until } = context();
    const name = await newTopic(2);
    let topicId = '';
    await until(async () => {
      topicId = (await admin.describeTopics([name]))[0]?.topic?.topicId ?? '';
      return topicId !== '' && (await admin.describeTopicsById([topicId]))[0]?.topic?.partitions.length === 2;
    });
    const [found, missing] = await admin.describeTopicsById([topicId, UNKNOWN_ID]);
    assert.deepEqual([found?.topicId, found?.topic?.name, found?.topic?.partitions.length], [topicId, name, 2]);
    assert.deepEqual([missing?.topic, missing?.error?.code], [undefined, 'UNKNOWN_TOPIC_ID']);
    const deleted = await admin.deleteTopicsById([topicId, UNKNOWN_ID]);
    const errors = new Map(deleted.map((one) => [one.topicId, one.error?.code]));
    assert.deepEqual([errors.get(topicId), errors.get(UNKNOWN_ID)], [undefined, 'UNKNOWN_TOPIC_ID']);
    await until(async () => (await admin.describeTopicsById([topicId]))[0]?.error?.code === 'UNKNOWN_TOPIC_ID');
  });

  it('tells what this client may do, when it is asked', async () => {
    const { admin, newTopic, until } = context();
    const topic = await newTopic();
    await until(async () => {
      const [altered] = await admin.alterGroupOffsets(topic, [{ topic, partition: 0, offset: 0n }]);
      return altered?.error === undefined;
    });
    const asked = { includeAuthorizedOperations: true };
    const [described] = await admin.describeTopics([topic], asked);
    const all = ['read', 'write', 'create', 'delete', 'alter', 'describe', 'describe-configs', 'alter-configs'];
    assert.deepEqual(described?.topic?.authorizedOperations, all);
    assert.equal((await admin.describeTopics([topic]))[0]?.topic?.authorizedOperations, undefined);
    const [group] = await admin.describeGroups([topic], asked);
    assert.ok(group?.group?.authorizedOperations?.includes('read'));
    assert.ok((await admin.describeCluster(asked)).authorizedOperations?.includes('cluster-action'));
    assert.equal((await admin.describeCluster()).authorizedOperations, undefined);
  });

  it('forgets single offsets of a group, and lists groups by their state', async () => {
    const { admin, newTopic, until } = context();
    const topic = await newTopic(2);
    const offsets = [0, 1].map((partition) => ({ topic, partition, offset: 0n }));
    await until(async () => (await admin.alterGroupOffsets(topic, offsets)).every(({ error }) => error === undefined));
    assert.deepEqual(await admin.deleteGroupOffsets(topic, [{ topic, partition: 1 }]), [
      { topic, partition: 1, error: undefined },
    ]);
    const left = await admin.listGroupOffsets(topic);
    assert.deepEqual(
      left.map(({ partition }) => partition),
      [0],
    );
    const isListed = async (states: string[]) =>
      (await admin.listGroups({ states })).some(({ groupId }) => groupId === topic);
    assert.deepEqual([await isListed(['Empty']), await isListed(['Stable'])], [true, false]);
  });

  it('makes users who log in with SCRAM, tells of them and forgets them', async () => {
    const { admin, until } = context();
    const user = 'conformance';
    const [made] = await admin.alterScramUsers([
      { user, mechanism: 'SCRAM-SHA-256', password: 'secret', iterations: 5000 },
    ]);
    assert.equal(made?.error, undefined);
    const described = async () => (await admin.describeScramUsers([user]))[0];
    await until(async () => (await described())?.error === undefined);
    assert.deepEqual((await described())?.credentials, [{ mechanism: 'SCRAM-SHA-256', iterations: 5000 }]);
    await admin.alterScramUsers([{ user, mechanism: 'SCRAM-SHA-256' }]);
    await until(async () => (await described())?.error?.code === 'RESOURCE_NOT_FOUND');
  });

  it('ends a transaction in one partition, for readers who wait for it', async () => {
    const { admin, client, newTopic, until } = context();
    const topic = await newTopic();
    const place = { topic, partition: 0 };
    await using producer = new Producer({ ...client, transactionalId: topic });
    await using transaction = await producer.begin();
    await transaction.send({ topic, value: 'never to be seen' });
    const state = async () => (await admin.describeProducers([place]))[0]?.producers[0];
    const open = await state();
    assert.equal(open?.transactionStartOffset, 0n);
    const { producerId = -1n, producerEpoch = -1, coordinatorEpoch = -1 } = open ?? {};
    await admin.abortTransaction({ ...place, producerId, producerEpoch, coordinatorEpoch });
    await until(async () => (await state())?.transactionStartOffset === undefined);
    await using consumer = new Consumer({ ...client, readCommitted: true });
    consumer.assign([{ ...place, from: 'earliest' }]);
    await until(async () => {
      await consumer.poll(100);
      return consumer.position(place) === 2n;
    });
  });

  it('refuses tokens to who has not proven who it is', async () => {
    const { admin } = context();
    const refused = { code: 'DELEGATION_TOKEN_REQUEST_NOT_ALLOWED' };
    await assert.rejects(admin.createDelegationToken(), refused);
    await assert.rejects(admin.describeDelegationTokens(), refused);
    await assert.rejects(admin.renewDelegationToken(Buffer.from('x')), refused);
    await assert.rejects(admin.expireDelegationToken(Buffer.from('x')), refused);
  });

  it('neither adds a controller that cannot be reached nor removes one that there is not', async () => {
    const { admin } = context();
    const voter = { nodeId: 77, directoryId: UNKNOWN_ID };
    await assert.rejects(admin.removeRaftVoter(voter), { code: 'VOTER_NOT_FOUND' });
    const listeners = [{ name: 'CONTROLLER', host: '127.0.0.1', port: 1 }];
    await assert.rejects(admin.addRaftVoter({ ...voter, listeners }, { timeoutMs: 1000 }), { name: 'TimeoutError' });
  });

  it('says of a streams group that there is none', async () => {
    const { admin } = context();
    const describing = admin.describeStreamsGroups(['nobody']);
    // Older brokers know of no such groups at all.
    if (!hasShareGroups) await assert.rejects(describing, { code: 'UNSUPPORTED_VERSION' });
    else assert.equal((await describing)[0]?.error?.code, 'GROUP_ID_NOT_FOUND');
  });
}
