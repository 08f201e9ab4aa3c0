import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SeededRandom } from '../../platform/index.ts';
import { type FetchNews, FetchSessions, type FetchTarget } from './fetch-session.ts';

const TOPIC_ID = 'AAAAAAAAAAAAAAAAAAAAAQ';

function target(partition: number, fetchOffset = 0n): FetchTarget {
  return {
    topic: 'orders',
    topicId: TOPIC_ID,
    partition,
    fetchOffset,
    maxBytes: 1000,
    currentLeaderEpoch: -1,
    lastFetchedEpoch: -1,
  };
}

function news(highWatermark: bigint, more: Partial<FetchNews> = {}): FetchNews {
  return { hasRecords: false, hasError: false, highWatermark, logStartOffset: 0n, ...more };
}

function sessions(slots = 10): FetchSessions {
  return new FetchSessions({ slots, evictionMs: 120_000 }, new SeededRandom(1));
}

function request(sessionId: number, sessionEpoch: number, targets: FetchTarget[] = [], forgotten: FetchTarget[] = []) {
  return { sessionId, sessionEpoch, usesTopicIds: true, targets, forgotten };
}

test('a request with epoch -1 is served without a session, and closes the one that it names', () => {
  const cache = sessions();
  const { sessionId } = cache.begin(request(0, 0, [target(0)]), 0);
  assert.equal(cache.begin(request(sessionId, -1, [target(0)]), 0).sessionId, 0);
  assert.throws(() => cache.begin(request(sessionId, 1), 0), { code: 'FETCH_SESSION_ID_NOT_FOUND' });
});

test('an incremental request reads what was named before, with its changes', () => {
  const cache = sessions();
  const { sessionId } = cache.begin(request(0, 0, [target(0), target(1), target(2)]), 0);
  const { targets } = cache.begin(request(sessionId, 1, [target(1, 7n), target(3)], [target(0)]), 0);
  assert.deepEqual(
    targets.map(({ partition, fetchOffset }) => [partition, fetchOffset]),
    [
      [1, 7n],
      [2, 0n],
      [3, 0n],
    ],
  );
});

test('an incremental answer leaves out the partitions without news', () => {
  const cache = sessions();
  const first = cache.begin(request(0, 0, [target(0)]), 0);
  assert.ok(first.isWorthSaying(target(0), news(0n)));
  first.answered(target(0), news(5n));
  const next = cache.begin(request(first.sessionId, 1), 0);
  assert.ok(!next.isWorthSaying(target(0), news(5n)));
  assert.ok(next.isWorthSaying(target(0), news(6n)));
  assert.ok(next.isWorthSaying(target(0), news(5n, { hasRecords: true })));
  assert.ok(next.isWorthSaying(target(0), news(5n, { hasError: true })));
  next.answered(target(0), news(5n, { hasError: true }));
  const afterError = cache.begin(request(first.sessionId, 2), 0);
  assert.ok(afterError.isWorthSaying(target(0), news(5n)), 'that an error is over is news');
});

test('a partition that gave records is read after the others the next time', () => {
  const cache = sessions();
  const first = cache.begin(request(0, 0, [target(0), target(1)]), 0);
  first.answered(target(0), news(5n, { hasRecords: true }));
  const next = cache.begin(request(first.sessionId, 1), 0);
  assert.deepEqual(
    next.targets.map(({ partition }) => partition),
    [1, 0],
  );
});

test('a wrong epoch, an unknown session and a change between names and ids are told apart', () => {
  const cache = sessions();
  const { sessionId } = cache.begin(request(0, 0, [target(0)]), 0);
  assert.throws(() => cache.begin(request(sessionId, 2), 0), { code: 'INVALID_FETCH_SESSION_EPOCH' });
  assert.throws(() => cache.begin(request(sessionId + 1, 1), 0), { code: 'FETCH_SESSION_ID_NOT_FOUND' });
  assert.throws(() => cache.begin({ ...request(sessionId, 1), usesTopicIds: false }, 0), {
    code: 'FETCH_SESSION_TOPIC_ID_ERROR',
  });
});

test('a session that reads nothing any more is closed', () => {
  const cache = sessions();
  const { sessionId } = cache.begin(request(0, 0, [target(0)]), 0);
  assert.equal(cache.begin(request(sessionId, 1, [], [target(0)]), 0).sessionId, 0);
  assert.equal(cache.count, 0);
});

test('when all slots are taken a client is served without a session until one has been idle for long enough', () => {
  const cache = sessions(1);
  const { sessionId } = cache.begin(request(0, 0, [target(0)]), 0);
  assert.notEqual(sessionId, 0);
  assert.equal(cache.begin(request(0, 0, [target(1)]), 119_999).sessionId, 0);
  assert.notEqual(cache.begin(request(0, 0, [target(1)]), 120_000).sessionId, 0);
  assert.equal(cache.count, 1);
});
