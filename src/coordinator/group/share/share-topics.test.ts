import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NO_TOPICS } from '../consumer/group-topics.ts';
import { missingTopics, NO_SHARE_TOPICS, withInitializing } from './share-topics.ts';

const TOPIC = { topicId: 'AAAAAAAAAAAAAAAAAAAAAQ', name: 'jobs', partitionCount: 2, racks: () => [] };
const TOPICS = { ...NO_TOPICS, byName: () => TOPIC };
const RETRY_MS = 30_000;

function missingAt(nowMs: number, sinceMs: number): boolean {
  const begun = missingTopics(NO_SHARE_TOPICS, [TOPIC.name], TOPICS, sinceMs, RETRY_MS);
  return missingTopics(withInitializing(NO_SHARE_TOPICS, begun), [TOPIC.name], TOPICS, nowMs, RETRY_MS).size > 0;
}

test('partitions whose state is being begun are missing again when that takes too long', () => {
  assert.equal(missingAt(100_000 + RETRY_MS - 1, 100_000), false);
  assert.equal(missingAt(100_000 + RETRY_MS, 100_000), true);
});

test('a clock that was set back does not keep partitions waiting', () => {
  assert.equal(missingAt(50_000, 100_000), true);
});
