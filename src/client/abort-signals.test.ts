// Whatever waits for a broker that is silent is given up at once when its signal is aborted, with the signal's reason.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type Api,
  fetch,
  findCoordinator,
  initProducerId,
  listOffsets,
  metadata,
  offsetCommit,
  produce,
} from '../protocol/index.ts';
import { Admin } from './admin/admin.ts';
import { Consumer } from './consumer/consumer.ts';
import { Producer } from './producer/producer.ts';
import type { ClientOptions } from './settings.ts';
import { serveLogs } from './testing/memory-log.ts';
import { testWorld } from './testing/test-client.ts';

type Call = (options: ClientOptions, signal: AbortSignal) => Promise<unknown>;

const RECORD = { topic: 'orders', value: 'x' };
const MOST_TURNS = 1000;
const PLACE = { topic: 'orders', partition: 0 };

/** The API that gets no answer, and the call that waits for it. */
const CALLS: Record<string, [Api, Call]> = {
  'Producer.send': [produce, (options, signal) => new Producer(options).send(RECORD, signal)],
  'Producer.send of an unknown topic': [metadata, (options, signal) => new Producer(options).send(RECORD, signal)],
  'Producer.sendAll': [produce, (options, signal) => new Producer(options).sendAll([RECORD], signal)],
  'Producer.flush': [
    produce,
    (options, signal) => {
      const producer = new Producer(options);
      producer.send(RECORD).catch(() => {});
      return producer.flush(signal);
    },
  ],
  'Producer.begin': [
    initProducerId,
    (options, signal) => new Producer({ ...options, transactionalId: 't' }).begin(signal),
  ],
  'Producer.transaction': [
    initProducerId,
    (options, signal) => new Producer({ ...options, transactionalId: 't' }).transaction(() => {}, signal),
  ],
  'Consumer.poll': [
    fetch,
    (options, signal) => {
      const consumer = new Consumer(options);
      consumer.assign([{ ...PLACE, from: 0n }]);
      return consumer.poll(60_000, signal);
    },
  ],
  'Consumer.commit': [
    offsetCommit,
    (options, signal) => new Consumer({ ...options, groupId: 'g' }).commit([{ ...PLACE, offset: 1n }], signal),
  ],
  'Consumer.commit before its coordinator is known': [
    findCoordinator,
    (options, signal) => new Consumer({ ...options, groupId: 'g' }).commit([{ ...PLACE, offset: 1n }], signal),
  ],
  'Consumer.endOffsets': [listOffsets, (options, signal) => new Consumer(options).endOffsets([PLACE], signal)],
  'Admin.listTopics': [metadata, (options, signal) => new Admin(options).listTopics({ signal })],
  'Admin.listOffsets': [
    listOffsets,
    (options, signal) => new Admin(options).listOffsets([{ ...PLACE, spec: 'latest' }], { signal }),
  ],
};

for (const [name, [silent, call]] of Object.entries(CALLS)) {
  test(`${name} ends when its signal is aborted`, async () => {
    const { broker, clock, options } = await testWorld();
    serveLogs(broker, 'orders', 1);
    broker.on(silent, () => undefined);
    const controller = new AbortController();
    const outcome = call(options, controller.signal);
    outcome.catch(() => {});
    for (let turn = 0; broker.count(silent) === 0; turn++) {
      assert.ok(turn < MOST_TURNS, `${silent.name} was not asked for`);
      await new Promise((resolve) => setImmediate(resolve));
      // So that what lingers goes out; far too little for anything to time out.
      clock.advance(1);
    }
    const reason = new Error('enough');
    controller.abort(reason);
    await assert.rejects(outcome, reason);
  });
}
