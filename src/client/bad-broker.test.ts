// A broker that misbehaves in every way that a connection allows: whatever the client was asked for ends within its time, with an error that says
// whether a retry may help.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Api, encodeResponse, fetch, heartbeat, listOffsets, metadata, produce } from '../protocol/index.ts';
import { Admin } from './admin/admin.ts';
import { Consumer } from './consumer/consumer.ts';
import { isRetriable } from './errors.ts';
import { Producer } from './producer/producer.ts';
import { serveLogs } from './testing/memory-log.ts';
import type { RequestInfo } from './testing/scripted-broker.ts';
import { settled } from './testing/settled.ts';
import { type TestWorld, testWorld } from './testing/test-client.ts';

const LIMIT_MS = 5000;
const OPTIONS = { apiTimeoutMs: LIMIT_MS, requestTimeoutMs: 1000 };

/** A frame that claims so many bytes. */
function frame(claimed: number, ...bytes: number[]): Buffer {
  const buffer = Buffer.alloc(4 + bytes.length);
  buffer.writeInt32BE(claimed);
  buffer.set(bytes, 4);
  return buffer;
}

const MISDEEDS: Record<string, (info: RequestInfo) => void> = {
  'answers nothing': () => {},
  'breaks every connection': (info) => info.disconnect(),
  'sends a frame of two gigabytes': (info) => info.sendRaw(frame(0x7fffffff, 1, 2, 3)),
  'sends a frame of negative length': (info) => info.sendRaw(frame(-5, 1, 2, 3)),
  'stops in the middle of a frame': (info) => info.sendRaw(frame(1000, 0, 0, 0, 1)),
  'sends a frame too short for a header': (info) => info.sendRaw(frame(2, 0, 0)),
  'answers another request': (info) =>
    info.sendRaw(Buffer.concat(encodeResponse(heartbeat, 0, 123_456, { throttleTimeMs: 0, errorCode: 0 }))),
  'answers with noise': (info) =>
    info.sendRaw(frame(40, ...Array.from({ length: 40 }, (_, index) => (index * 7) % 256))),
};

/** What an application does, and the API that gets the misdeed. Resolves when it has ended, as it may. */
const USES: Record<string, { api: Api; run(world: TestWorld): Promise<unknown> }> = {
  'listing topics': {
    api: metadata,
    run: async ({ options }) => {
      await using admin = new Admin({ ...options, ...OPTIONS });
      return await admin.listTopics();
    },
  },
  'sending a record': {
    api: produce,
    run: async ({ options }) => {
      await using producer = new Producer({
        ...options,
        ...OPTIONS,
        deliveryTimeoutMs: LIMIT_MS,
        maxBlockMs: LIMIT_MS,
      });
      return await producer.send({ topic: 'orders', value: 'x' });
    },
  },
};

async function misbehaving(api: Api, misdeed: (info: RequestInfo) => void): Promise<TestWorld> {
  const world = await testWorld();
  serveLogs(world.broker, 'orders', 1);
  world.broker.on(api, (_request, info) => {
    misdeed(info);
    return undefined;
  });
  return world;
}

for (const [does, misdeed] of Object.entries(MISDEEDS)) {
  for (const [doing, { api, run }] of Object.entries(USES)) {
    test(`${doing} at a broker that ${does} ends in time, with a typed error`, async () => {
      const world = await misbehaving(api, misdeed);
      const startMs = world.clock.monotonic();
      await assert.rejects(settled(world.clock, run(world)), (error: unknown) => {
        assert.ok(error instanceof Error);
        assert.equal(typeof (error as { retriable?: unknown }).retriable, 'boolean', error.name);
        assert.equal(isRetriable(error.cause), true, String(error.cause));
        return true;
      });
      // A request that is under way when the time is over may take its own limit more.
      const tookMs = world.clock.monotonic() - startMs;
      assert.ok(tookMs <= LIMIT_MS + 3 * OPTIONS.requestTimeoutMs, `${tookMs} ms`);
    });
  }

  for (const api of [metadata, listOffsets, fetch]) {
    test(`a poll ends in time when its ${api.name} meets a broker that ${does}`, async () => {
      const { clock, options } = await misbehaving(api, misdeed);
      const consumer = new Consumer({ ...options, ...OPTIONS });
      consumer.assign([{ topic: 'orders', partition: 0, from: 'earliest' }]);
      const startMs = clock.monotonic();
      assert.equal(await settled(clock, consumer.poll(300)), undefined);
      assert.ok(clock.monotonic() - startMs <= 310, `${clock.monotonic() - startMs} ms`);
      await settled(clock, consumer.close());
      assert.ok(clock.monotonic() - startMs <= LIMIT_MS, 'it closes in time too');
    });
  }
}
