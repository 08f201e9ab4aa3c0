// The table of error codes.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ERRORS, errorCode, errorName, KafkaError } from './errors.ts';

test('the codes are those of Apache Kafka 4.3: -1 to 133, each once', () => {
  const codes = Object.values(ERRORS).map(({ code }) => code);
  assert.deepEqual(
    codes,
    Array.from({ length: 135 }, (_, index) => index - 1),
  );
});

test('a name and its code lead to each other', () => {
  assert.equal(errorCode('UNKNOWN_TOPIC_OR_PARTITION'), 3);
  assert.equal(errorName(3), 'UNKNOWN_TOPIC_OR_PARTITION');
  assert.equal(errorName(9999), undefined);
});

test('an error knows its number, its message and whether trying again makes sense', () => {
  const error = new KafkaError('NOT_COORDINATOR');
  assert.deepEqual([error.code, error.errorCode, error.retriable], ['NOT_COORDINATOR', 16, true]);
  assert.equal(error.message, ERRORS.NOT_COORDINATOR.message);
  assert.equal(new KafkaError('INVALID_CONFIG', 'retention.ms is negative').message, 'retention.ms is negative');
});

test('a code that nobody knows becomes UNKNOWN_SERVER_ERROR and keeps its number in the message', () => {
  const error = KafkaError.fromCode(9999);
  assert.equal(error.code, 'UNKNOWN_SERVER_ERROR');
  assert.match(error.message, /9999/);
  assert.equal(KafkaError.fromCode(36, 'orders exists').message, 'orders exists');
});
