// Every request of the corpus that Apache Kafka's own classes wrote, whole and damaged, against a broker.

import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { SeededRandom } from '../platform/index.ts';
import {
  type Api,
  decodeRequestHeader,
  decodeResponse,
  encodeRequest,
  errorCode,
  fetch,
  heartbeat,
  joinGroup,
  listOffsets,
  metadata,
  offsetCommit,
  produce,
  type RequestInput,
} from '../protocol/index.ts';
import { noMetrics } from '../telemetry/index.ts';
import { AuditLog } from './audit/audit-log.ts';
import { handler } from './handler.ts';
import { HANDLERS } from './handlers/index.ts';
import { RequestMetrics } from './metrics/request-metrics.ts';
import type { Connection } from './network/connection.ts';
import { RequestDispatcher } from './request-dispatcher.ts';
import { settled } from './security/authentication.ts';
import { servedVersions } from './served-versions.ts';
import type { BrokerServices } from './services.ts';
import { damage, framed, pick } from './testing/damage.ts';
import { type CorpusRequest, frameOf, parseCorpus } from './testing/request-corpus.ts';
import { TestBroker } from './testing/test-broker.ts';
import {
  batchOf,
  createTopic,
  fetchFrom,
  fetchRequest,
  produceRequest,
  produceTo,
  valuesOf,
} from './testing/topics.ts';

const DAMAGED_REQUESTS = 5000;

const servedApis: readonly Api[] = Object.values(HANDLERS).map(({ api }) => api);
const corpusFile = new URL('../../test/fixtures/corpus-4.3.1.tsv.gz', import.meta.url);
const corpus = parseCorpus(gunzipSync(readFileSync(corpusFile)).toString()).filter(({ api, version }) => {
  const { min, max } = servedVersions(api);
  return Object.hasOwn(HANDLERS, api.key) && version >= min && version <= max;
});

test('every version of every API that is served answers a request of nothing but defaults', async () => {
  await using broker = await TestBroker.start();
  const defaults = corpus.filter(({ variant }) => variant === 'defaults');
  const versions = servedApis.flatMap((api) => {
    const { min, max } = servedVersions(api);
    return Array.from({ length: max - min + 1 }, (_, index) => `${api.name} ${min + index}`);
  });
  assert.deepEqual(
    defaults.map(({ api, version }) => `${api.name} ${version}`),
    versions,
  );
  for (const request of defaults) {
    const outcome = await outcomeOf(broker, request, frameOf(request));
    assert.equal(outcome, request.api === produce ? 'unanswered' : 'answered', describe(request));
  }
});

test('every request of the corpus is answered, however strange its values are', async () => {
  await using broker = await TestBroker.start();
  for (const request of corpus) {
    const outcome = await outcomeOf(broker, request, frameOf(request));
    if (request.api !== produce) assert.equal(outcome, 'answered', describe(request));
  }
  assert.deepEqual(broker.log.of('error'), []);
});

const seed = randomInt(2 ** 31);
test(`damaged requests do no harm (seed ${seed})`, async () => {
  await using broker = await TestBroker.start();
  const random = new SeededRandom(seed);
  const witness = await broker.connect();
  await createTopic(witness, 'orders');
  await produceTo(witness, { topic: 'orders' }, batchOf(['before']));
  const requests = [...corpus, ...Array.from({ length: corpus.length / 50 }, livelyRequests).flat()];
  for (let count = 0; count < DAMAGED_REQUESTS; count++) {
    const request = pick(requests, random);
    const client = await broker.connect();
    client.writeBytes(damage(framed(frameOf(request)), random));
    await settle(random.integer(4));
    client.close();
  }
  await broker.clock.advanceAndSettle(300_000);
  assert.ok(!witness.isClosed);
  const after = await broker.connect();
  await createTopic(after, 'after');
  await produceTo(after, { topic: 'after' }, batchOf(['a', 'b']));
  assert.deepEqual(valuesOf(await fetchFrom(after, { topic: 'after' })), ['a', 'b']);
  assert.equal(valuesOf(await fetchFrom(witness, { topic: 'orders' }))[0], 'before');
  assert.deepEqual(broker.log.of('error'), []);
  assert.deepEqual(broker.fatalErrors, []);
});

test('a request with bytes behind its body is served, as in Kafka', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  const request = bodyOf(heartbeat, 0, { groupId: 'group', generationId: 1, memberId: 'nobody' });
  client.writeFrame(Buffer.concat([frameOf(request), Buffer.from('more')]));
  assert.ok(await client.nextFrame());
});

test('an API version of the future closes the connection, but for ApiVersions', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  const future = frameOf({ api: heartbeat, version: 5, variant: '', body: Buffer.alloc(10) });
  client.writeFrame(future);
  await client.closed;
  const [line] = broker.log.of('warn');
  assert.equal(line?.fields.peer, client.name);
  assert.equal(line?.fields.reason, 'Heartbeat version 5 is not one of 0 to 4');
});

test('a handler that fails in a way that nobody expected answers UNKNOWN_SERVER_ERROR, and says why in the log only', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  const dispatcher = new RequestDispatcher({
    services: () =>
      ({
        logger: broker.log,
        clock: broker.clock,
        requestMetrics: new RequestMetrics(noMetrics),
        quotas: { recordThreadTime: () => 0 },
        audit: new AuditLog(broker.log),
      }) as unknown as BrokerServices,
    handlers: {
      12: handler(heartbeat, {
        handle: () => {
          throw new Error('the handler has a bug');
        },
        fail: (_request, error) => ({ errorCode: error.errorCode }),
      }),
    },
  });
  const frame = frameOf(bodyOf(heartbeat, 0, { groupId: 'group', generationId: 1, memberId: 'nobody' }));
  const connection = { ...client, authentication: settled() } as unknown as Connection;
  const reply = await dispatcher.handle(frame, connection);
  const { body } = decodeResponse(heartbeat, 0, Buffer.concat(reply ?? []).subarray(4));
  assert.equal(body.errorCode, errorCode('UNKNOWN_SERVER_ERROR'));
  assert.match(String(broker.log.of('error').at(-1)?.fields.err), /the handler has a bug/);
});

type Outcome = 'closed' | 'unanswered' | 'answered';

/** Sends the frame and a heartbeat behind it, so that a request without an answer is known by the heartbeat's. */
async function outcomeOf(broker: TestBroker, request: CorpusRequest, frame: Buffer): Promise<Outcome> {
  const client = await broker.connect();
  client.writeFrame(frame);
  const heartbeatId = client.write(heartbeat, 0, { groupId: 'group', generationId: 1, memberId: 'nobody' });
  let outcome: Outcome | undefined;
  client.nextFrame().then(
    (answer) => {
      outcome = answer.readInt32BE(0) === heartbeatId ? 'unanswered' : 'answered';
      if (outcome === 'answered') decodeResponse(request.api, request.version, answer);
    },
    () => {
      outcome = 'closed';
    },
  );
  // Some requests wait for time to pass, most only for a few turns of the event loop.
  for (let turns = 0; outcome === undefined; turns++) {
    assert.ok(turns < 200, `${describe(request)} is neither answered nor refused`);
    await broker.clock.advanceAndSettle(turns < 100 ? 0 : 60_000);
  }
  client.close();
  return outcome;
}

/** Requests that reach data and groups that exist. */
function livelyRequests(): CorpusRequest[] {
  return [
    bodyOf(produce, 12, produceRequest({ topic: 'orders' }, batchOf(['a', 'b', 'c'], { compression: 'lz4' }))),
    bodyOf(
      produce,
      12,
      produceRequest(
        { topic: 'orders' },
        batchOf(['a'], { compression: 'gzip', producerId: 1n, producerEpoch: 0, baseSequence: 0 }),
      ),
    ),
    bodyOf(fetch, 12, fetchRequest({ topic: 'orders', maxWaitMs: 100 })),
    bodyOf(listOffsets, 8, {
      replicaId: -1,
      isolationLevel: 0,
      topics: [{ name: 'orders', partitions: [{ partitionIndex: 0, timestamp: 1n }] }],
    }),
    bodyOf(joinGroup, 5, {
      groupId: 'group',
      sessionTimeoutMs: 10_000,
      rebalanceTimeoutMs: 1000,
      memberId: '',
      protocolType: 'consumer',
      protocols: [{ name: 'range', metadata: Buffer.from('00') }],
    }),
    bodyOf(offsetCommit, 9, {
      groupId: 'alone',
      memberId: '',
      generationIdOrMemberEpoch: -1,
      topics: [{ name: 'orders', partitions: [{ partitionIndex: 0, committedOffset: 1n, committedMetadata: null }] }],
    }),
    bodyOf(metadata, 12, { topics: [{ name: 'orders' }, { name: 'made-on-the-way' }], allowAutoTopicCreation: true }),
  ];
}

function bodyOf<A extends Api>(api: A, version: number, request: RequestInput<A>): CorpusRequest {
  const frame = Buffer.concat(encodeRequest(api, version, { correlationId: 7, clientId: 'corpus' }, request)).subarray(
    4,
  );
  return { api, version, variant: 'lively', body: frame.subarray(decodeRequestHeader(frame).bodyOffset) };
}

async function settle(turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
}

function describe({ api, version, variant }: CorpusRequest): string {
  return `${api.name} version ${version}, ${variant}`;
}
