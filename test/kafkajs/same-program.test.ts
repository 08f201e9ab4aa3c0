// The same program with kafkajs and with the adapter.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import kafkajs from 'kafkajs';
import { Kafka } from '../../src/kafkajs/index.ts';
import { startKafka } from '../../src/testing/index.ts';
import { type KafkaLike, runProgram } from './program.ts';

const RETRY = { initialRetryTime: 50, maxRetryTime: 500 };

test('a program for kafkajs finds out the same with the adapter', { timeout: 180_000 }, async () => {
  const original = await runWith((config) => {
    const kafka: unknown = new kafkajs.Kafka({
      ...config,
      brokers: [...config.brokers],
      logLevel: kafkajs.logLevel.NOTHING,
    });
    // Its types have more than the program uses, and say the same in other words.
    return kafka as KafkaLike;
  });
  const adapted = await runWith((config) => new Kafka(config));
  assert.deepEqual(adapted, original);
});

async function runWith(
  open: (config: { brokers: string[]; clientId: string; retry: typeof RETRY }) => KafkaLike,
): Promise<unknown> {
  await using kafka = await startKafka();
  return await runProgram(open({ brokers: [kafka.bootstrapServers], clientId: 'program', retry: RETRY }));
}
