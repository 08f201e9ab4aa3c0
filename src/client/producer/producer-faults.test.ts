// A producer whose requests get lost, late, refused and cut off, with delivery times that are over in the middle of it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SeededRandom, sleep } from '../../platform/index.ts';
import { errorCode, produce, type RequestOf } from '../../protocol/index.ts';
import { TimeoutError } from '../errors.ts';
import { answerEach } from '../testing/answer-produce.ts';
import { type MemoryLog, serveLogs } from '../testing/memory-log.ts';
import type { Answer } from '../testing/scripted-broker.ts';
import { settled } from '../testing/settled.ts';
import { testWorld } from '../testing/test-client.ts';
import { Producer } from './producer.ts';

const SEEDS = 8;
const RECORDS = 60;
const DELIVERY_TIMEOUT_MS = 3000;
const seed = Number(process.env.MILLRACE_SEED ?? Date.now() % 1_000_000);
/** Of a request. */
const FATES = [
  'written',
  'written',
  'written',
  'written, answered late',
  'written, not replicated',
  'written, cut off',
  'written, silence',
  'refused',
  'cut off',
  'silence',
] as const;
/** What a leader may answer although it is there. */
const REFUSALS = (['NOT_LEADER_OR_FOLLOWER', 'REQUEST_TIMED_OUT'] as const).map(errorCode);

test(`whatever becomes of requests, records are written once, in order, and the producer goes on (seed ${seed})`, async () => {
  for (let round = 0; round < SEEDS; round++) await produceThroughFaults(seed + round);
});

async function produceThroughFaults(worldSeed: number): Promise<void> {
  const random = new SeededRandom(worldSeed);
  const { broker, clock, options } = await testWorld();
  const logs = serveLogs(broker, 'orders', 2);
  let areFaultsOver = false;
  broker.on(produce, async (request, { isConnected, disconnect }) => {
    // What a broker reads of a connection that the producer has given up may be written behind what comes on the next one: no producer can help that.
    if (!isConnected) return undefined;
    const fate = areFaultsOver ? 'written' : FATES[random.integer(FATES.length)];
    if (fate === 'refused') return refuse(request, REFUSALS[random.integer(REFUSALS.length)] ?? 0);
    const written = fate?.startsWith('written') ? append(logs, request) : undefined;
    if (fate?.endsWith('not replicated')) return refuse(request, errorCode('NOT_ENOUGH_REPLICAS_AFTER_APPEND'));
    if (fate?.endsWith('answered late')) await sleep(clock, random.integer(2000));
    if (fate?.endsWith('cut off')) disconnect();
    return fate?.endsWith('silence') ? new Promise<undefined>(() => {}) : written;
  });
  const producer = new Producer({
    ...options,
    ...{ batchSize: 100, lingerMs: 0, requestTimeoutMs: 1000, deliveryTimeoutMs: DELIVERY_TIMEOUT_MS },
  });
  const sends: { value: string; partition: number; outcome: Promise<unknown> }[] = [];
  for (let index = 0; index < RECORDS; index++) {
    const partition = random.integer(2);
    const value = `${index}`.padEnd(40 + random.integer(60));
    const outcome = producer.send({ topic: 'orders', partition, value }).catch((error: unknown) => error);
    sends.push({ value, partition, outcome });
    if (random.integer(3) === 0) await settled(clock, sleep(clock, random.integer(400)));
  }
  const outcomes = await settled(clock, Promise.all(sends.map(({ outcome }) => outcome)));
  areFaultsOver = true;
  for (const partition of [0, 1]) {
    const after = await settled(clock, producer.send({ topic: 'orders', partition, value: 'after' }));
    assert.ok(after.offset >= 0n, `seed ${worldSeed}`);
    const written = logs[partition]?.values() ?? [];
    const sent = sends.filter((send) => send.partition === partition).map(({ value }) => value);
    const order = [...sent, 'after'].filter((value) => written.includes(value));
    assert.deepEqual(written, order, `seed ${worldSeed}: once and in order`);
  }
  for (const [index, outcome] of outcomes.entries()) {
    const { value = '', partition = 0 } = sends[index] ?? {};
    if (outcome instanceof Error) assert.ok(outcome instanceof TimeoutError, `seed ${worldSeed}: ${outcome}`);
    else assert.ok(logs[partition]?.values().includes(value), `seed ${worldSeed}: ${value} is lost`);
  }
  await settled(clock, producer.close());
}

function append(logs: readonly MemoryLog[], request: RequestOf<typeof produce>): Answer<typeof produce> {
  return answerEach(request, (index, records) => logs[index]?.append(records) ?? { errorCode: 3, baseOffset: -1n });
}

function refuse(request: RequestOf<typeof produce>, code: number): Answer<typeof produce> {
  return answerEach(request, () => ({ errorCode: code, baseOffset: -1n }));
}
