// What any Kafka must do for `Admin` beyond topics and groups, as tests; part of `clientConformance`.

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Consumer } from '../consumer/consumer.ts';
import { Producer } from '../producer/producer.ts';
import type { ClientOptions } from '../settings.ts';
import type { Admin } from './admin.ts';

export interface AdminConformanceContext {
  readonly client: ClientOptions;
  readonly admin: Admin;
  newTopic(numPartitions?: number): Promise<string>;
  until(isSo: () => Promise<boolean>): Promise<void>;
}

/** `context` is asked inside of each test. */
export function adminConformance(context: () => AdminConformanceContext, hasShareGroups: boolean): void {
  it('answers several questions about the offsets of one partition', async () => {
    const { admin, client, newTopic } = context();
    const topic = await newTopic();
    await using producer = new Producer(client);
    await producer.send({ topic, value: 'x' });
    const specs = ['latest', 'earliest', 'latest', 'max-timestamp'] as const;
    const found = await admin.listOffsets(specs.map((spec) => ({ topic, partition: 0, spec })));
    assert.deepEqual(
      found.map(({ offset }) => offset),
      [1n, 0n, 1n, 0n],
    );
  });

  it('makes, finds and removes rules of access', async () => {
    const { admin, until } = context();
    const acl = {
      resourceType: 'topic',
      resourceName: 'orders-',
      patternType: 'prefixed',
      principal: 'User:alice',
      host: '*',
      operation: 'read',
      permission: 'allow',
    } as const;
    assert.deepEqual(await admin.createAcls([acl]), [{ acl, error: undefined }]);
    const matching = { resourceType: 'topic', resourceName: 'orders-eu', patternType: 'match' } as const;
    await until(async () => (await admin.describeAcls(matching)).length === 1);
    assert.deepEqual(await admin.describeAcls(matching), [acl]);
    const [deleted] = await admin.deleteAcls([{ principal: 'User:alice' }]);
    assert.deepEqual(deleted?.deleted, [{ acl, error: undefined }]);
    await until(async () => (await admin.describeAcls()).length === 0);
  });

  it('sets, finds and removes quotas', async () => {
    const { admin, until } = context();
    const entity = { user: 'alice', 'client-id': null };
    const described = () => admin.describeClientQuotas([{ type: 'user', match: 'exact', name: 'alice' }]);
    const set = await admin.alterClientQuotas([{ entity, quotas: { producer_byte_rate: 1000 } }]);
    assert.deepEqual(set, [{ entity, error: undefined }]);
    await until(async () => (await described()).length === 1);
    assert.deepEqual(await described(), [{ entity, quotas: { producer_byte_rate: 1000 } }]);
    await admin.alterClientQuotas([{ entity, quotas: { producer_byte_rate: null } }]);
    await until(async () => (await described()).length === 0);
    const [wrong] = await admin.alterClientQuotas([{ entity, quotas: { speed: 1 } }]);
    assert.equal(wrong?.error?.code, 'INVALID_REQUEST');
  });

  it('finds open transactions, and takes their ids from whoever has them', async () => {
    const { admin, client, newTopic, until } = context();
    const topic = await newTopic();
    await using producer = new Producer({ ...client, transactionalId: topic });
    await assert.rejects(
      producer.transaction(async (transaction) => {
        await transaction.send({ topic, value: 'x' });
        const listed = (await admin.listTransactions()).find(({ transactionalId }) => transactionalId === topic);
        assert.equal(listed?.state, 'Ongoing');
        const [described] = await admin.describeTransactions([topic]);
        assert.deepEqual(described?.transaction?.partitions, [{ topic, partition: 0 }]);
        const [open] = await admin.describeProducers([{ topic, partition: 0 }]);
        assert.equal(open?.producers[0]?.transactionStartOffset, 0n);
        assert.equal(open?.producers[0]?.producerId, listed?.producerId);
        const [fenced] = await admin.fenceProducers([topic]);
        assert.equal(fenced?.error, undefined);
      }),
    );
    await until(async () => {
      const [closed] = await admin.describeProducers([{ topic, partition: 0 }]);
      return closed?.producers.every(({ transactionStartOffset }) => transactionStartOffset === undefined) ?? false;
    });
    const [unknown] = await admin.describeTransactions(['nobody']);
    assert.equal(unknown?.error?.code, 'TRANSACTIONAL_ID_NOT_FOUND');
  });

  it('removes a static member from its group', async () => {
    const { admin, client, newTopic } = context();
    const topic = await newTopic();
    await using member = new Consumer({ ...client, groupId: topic, groupInstanceId: 'one' });
    member.subscribe([topic]);
    while (member.assignment.length === 0) await member.poll(100);
    const removed = await admin.removeGroupMembers(topic, { instanceIds: ['one', 'two'] });
    assert.deepEqual(
      removed.map(({ instanceId, error }) => [instanceId, error?.code]),
      [
        ['one', undefined],
        ['two', 'UNKNOWN_MEMBER_ID'],
      ],
    );
  });

  it('tells where replicas are, moves and elects them', async () => {
    const { admin, newTopic, until } = context();
    const place = { topic: await newTopic(), partition: 0 };
    const brokerId = (await admin.describeCluster()).brokers[0]?.id ?? -1;
    const describe = async () => (await admin.describeReplicaLogDirs([{ ...place, brokerId }]))[0];
    await until(async () => (await describe())?.path !== undefined);
    const replica = await describe();
    assert.equal(replica?.offsetLag, 0n);
    const moved = await admin.alterReplicaLogDirs([{ ...place, brokerId, path: replica?.path ?? '' }]);
    assert.deepEqual(moved, [{ ...place, brokerId, error: undefined }]);
    const [elected] = await admin.electLeaders('preferred', [place]);
    assert.equal(elected?.error?.code, 'ELECTION_NOT_NEEDED');
    const [reassigned] = await admin.alterPartitionReassignments([{ ...place, replicas: [brokerId] }]);
    assert.equal(reassigned?.error, undefined);
    assert.deepEqual(await admin.listPartitionReassignments([place]), []);
    const [cancelled] = await admin.alterPartitionReassignments([{ ...place, replicas: null }]);
    assert.equal(cancelled?.error?.code, 'NO_REASSIGNMENT_IN_PROGRESS');
  });

  it('tells of features, controllers and what has settings', async () => {
    const { admin, newTopic } = context();
    const topic = await newTopic();
    const features = await admin.describeFeatures();
    assert.ok((features.find(({ name }) => name === 'metadata.version')?.finalizedLevel ?? 0) > 0);
    await assert.rejects(admin.updateFeatures([{ name: 'no.such.feature', level: 1 }]), { name: 'KafkaError' });
    const quorum = await admin.describeMetadataQuorum();
    assert.deepEqual(
      quorum.voters.map(({ replicaId }) => replicaId),
      [quorum.leaderId],
    );
    const [version] = (await admin.describeApiVersions(quorum.leaderId)).apis.filter(({ apiKey }) => apiKey === 74);
    const resources = await admin.listConfigResources(['topic']);
    const tellsOfTopics = (version?.maxVersion ?? 0) >= 1;
    assert.equal(
      resources.some(({ name }) => name === topic),
      tellsOfTopics,
    );
    await assert.rejects(admin.unregisterBroker(777), { code: 'BROKER_ID_NOT_REGISTERED' });
  });

  if (!hasShareGroups) return;

  it('moves and forgets the offsets of a share group', async () => {
    const { admin, client, newTopic } = context();
    const topic = await newTopic();
    await using producer = new Producer(client);
    await producer.send({ topic, value: 'x' });
    const altered = await admin.alterShareGroupOffsets(topic, [{ topic, partition: 0, startOffset: 1n }]);
    assert.deepEqual(altered, [{ topic, partition: 0, error: undefined }]);
    const [offset] = await admin.listShareGroupOffsets(topic);
    assert.equal(offset?.startOffset, 1n);
    const [described] = await admin.describeGroups([topic]);
    assert.deepEqual([described?.group?.type, described?.group?.state], ['Share', 'Empty']);
    assert.deepEqual(await admin.deleteShareGroupOffsets(topic, [topic]), [{ topic, error: undefined }]);
    assert.deepEqual(await admin.listShareGroupOffsets(topic), []);
    const [deleted] = await admin.deleteGroups([topic]);
    assert.equal(deleted?.error, undefined);
  });
}
