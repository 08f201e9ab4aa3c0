import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alterClientQuotas, apiVersions, incrementalAlterConfigs } from '../../protocol/index.ts';
import { TestBroker } from '../testing/test-broker.ts';
import type { TestClient } from '../testing/test-client.ts';

const BROKER = 4;

/** A client that came, and whether it has been answered. */
async function arrival(broker: TestBroker, port?: number) {
  const client = await broker.connect(port);
  const state = { client, isAnswered: false };
  client.send(apiVersions, 0, {}).then(
    () => {
      state.isAnswered = true;
    },
    () => {},
  );
  await settle(broker);
  return state;
}

async function settle(broker: TestBroker, ms = 0): Promise<void> {
  await broker.clock.advanceAndSettle(ms);
  await broker.clock.advanceAndSettle(0);
}

async function setConfig(client: TestClient, name: string, value: string, brokerId = ''): Promise<string | null> {
  const { responses } = await client.send(incrementalAlterConfigs, 1, {
    resources: [{ resourceType: BROKER, resourceName: brokerId, configs: [{ name, configOperation: 0, value }] }],
    validateOnly: false,
  });
  return responses[0]?.errorMessage ?? null;
}

function refusals(broker: TestBroker): string[] {
  return broker.log
    .of('info')
    .filter(({ message }) => message === 'refused a connection')
    .map(({ fields }) => String(fields.reason));
}

test('a connection above max.connections waits until another one ends, and its limit may change meanwhile', async () => {
  await using broker = await TestBroker.start({ settings: { 'max.connections': '2' } });
  const [admin, second, third] = [await arrival(broker), await arrival(broker), await arrival(broker)];
  const fourth = await arrival(broker);
  assert.deepEqual(
    [admin, second, third, fourth].map(({ isAnswered }) => isAnswered),
    [true, true, false, false],
  );
  second.client.close();
  await settle(broker);
  assert.deepEqual([third.isAnswered, fourth.isAnswered], [true, false]);
  assert.equal(await setConfig(admin.client, 'max.connections', '3'), null);
  await settle(broker);
  assert.ok(fourth.isAnswered);
});

test('more connections than may wait are closed', async () => {
  const settings = { 'max.connections': '1', 'socket.listen.backlog.size': '1' };
  await using broker = await TestBroker.start({ settings });
  await arrival(broker);
  const waiting = await arrival(broker);
  const refused = await arrival(broker);
  await refused.client.closed;
  assert.ok(!waiting.client.isClosed);
  assert.deepEqual(refusals(broker), ['1 connections already wait']);
});

test('a lower max.connections closes those that were idle longest', async () => {
  await using broker = await TestBroker.start();
  const idle = await arrival(broker);
  await settle(broker, 10);
  const busy = await arrival(broker);
  await settle(broker, 10);
  const admin = await arrival(broker);
  await setConfig(admin.client, 'max.connections', '2');
  await idle.client.closed;
  assert.ok(!busy.client.isClosed && !admin.client.isClosed);
});

test('a listener has limits of its own, and the one of the brokers lets its clients in before all others', async () => {
  await using broker = await TestBroker.start({
    settings: {
      listeners: 'PLAINTEXT://127.0.0.1:9092,OTHER://127.0.0.1:9093,SMALL://127.0.0.1:9094',
      'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,OTHER:PLAINTEXT,SMALL:PLAINTEXT',
      'max.connections': '2',
      'listener.name.plaintext.max.connections': '10',
      'listener.name.small.max.connections': '1',
    },
  });
  const small = await arrival(broker, 9094);
  const waiting = await arrival(broker, 9094);
  assert.deepEqual([small.isAnswered, waiting.isAnswered], [true, false]);
  await settle(broker, 10);
  const other = await arrival(broker, 9093);
  const operator = await arrival(broker);
  assert.ok(operator.isAnswered);
  await small.client.closed;
  assert.ok(!other.client.isClosed);
  const message = await setConfig(operator.client, 'listener.name.other.max.connections', '0');
  assert.match(message ?? '', /listener\.name\.other\.max\.connections/);
});

test('an address has at most max.connections.per.ip connections, unless it has a number of its own', async () => {
  await using broker = await TestBroker.start({ settings: { 'max.connections.per.ip': '1' } });
  const admin = await arrival(broker);
  const second = await arrival(broker);
  await second.client.closed;
  assert.match(String(refusals(broker)), /max\.connections\.per\.ip allows 1/);
  assert.equal(await setConfig(admin.client, 'max.connections.per.ip.overrides', '127.0.0.1:2, ::1:7'), null);
  assert.ok((await arrival(broker)).isAnswered);
  assert.match(String(await setConfig(admin.client, 'max.connections.per.ip.overrides', 'nowhere')), /nowhere/);
});

test('connections that come too quickly wait a moment, one after the other', async () => {
  await using broker = await TestBroker.start({
    settings: { 'max.connection.creation.rate': '1', 'quota.window.num': '2' },
  });
  const early = [await arrival(broker), await arrival(broker), await arrival(broker)];
  assert.deepEqual(
    early.map(({ isAnswered }) => isAnswered),
    [true, false, false],
  );
  await settle(broker, 1000);
  assert.deepEqual(
    early.map(({ isAnswered }) => isAnswered),
    [true, true, false],
  );
  await settle(broker, 1000);
  assert.ok(early[2]?.isAnswered);
});

test('an address over its connection_creation_rate is held back, then sent away, and disturbs no other', async () => {
  await using broker = await TestBroker.start({ settings: { 'quota.window.num': '2' } });
  const admin = await arrival(broker);
  await admin.client.send(alterClientQuotas, 1, {
    entries: [
      {
        entity: [{ entityType: 'ip', entityName: null }],
        ops: [{ key: 'connection_creation_rate', value: 1, remove: false }],
      },
    ],
    validateOnly: false,
  });
  const first = await arrival(broker);
  const second = await arrival(broker);
  assert.deepEqual([first.isAnswered, second.isAnswered, second.client.isClosed], [true, false, false]);
  await settle(broker, 1000);
  assert.ok(second.client.isClosed && !second.isAnswered);
  await settle(broker, 2000);
  assert.ok((await arrival(broker)).isAnswered);
});

test('limits that contradict each other stop the start', async () => {
  const start = (settings: Record<string, string>) => TestBroker.start({ settings });
  await assert.rejects(
    start({ 'max.connections.per.ip': '0' }),
    /max\.connections\.per\.ip\.overrides property is set/,
  );
  await assert.rejects(start({ 'queued.max.request.bytes': '1000' }), /larger or equal to socket\.request\.max\.bytes/);
  await assert.rejects(start({ 'listener.name.plaintext.max.connections': '0' }), /must be positive/);
});
