import assert from 'node:assert/strict';
import { test } from 'node:test';
import { collisionKey, isInternalTopic, validateTopicName } from './topic-name.ts';

test('letters, digits, dots, underscores and hyphens make a topic name', () => {
  for (const name of ['a', 'A-1_b.c', '...', '_', 'x'.repeat(249)]) assert.equal(validateTopicName(name), undefined);
});

test('a name that could leave its directory or break a tool is refused', () => {
  assert.equal(validateTopicName(''), 'Topic name is invalid: the empty string is not allowed');
  assert.equal(validateTopicName('.'), "Topic name is invalid: '.' is not allowed");
  assert.equal(validateTopicName('..'), "Topic name is invalid: '..' is not allowed");
  assert.match(validateTopicName('x'.repeat(250)) ?? '', /is longer than the max allowed length 249$/);
  for (const name of ['a/b', '../a', 'a b', 'é', 'a\0', 'a\n', '＿']) {
    assert.match(
      validateTopicName(name) ?? '',
      /contains one or more characters other than ASCII alphanumerics, '\.', '_' and '-'$/,
    );
  }
});

test('names collide when only dots and underscores tell them apart', () => {
  assert.equal(collisionKey('a.b_c'), collisionKey('a_b.c'));
  assert.notEqual(collisionKey('a.b'), collisionKey('a.c'));
  assert.equal(collisionKey('a-b'), undefined);
});

test('the topics of coordinators are internal', () => {
  assert.equal(isInternalTopic('__consumer_offsets'), true);
  assert.equal(isInternalTopic('__transaction_state'), true);
  assert.equal(isInternalTopic('__share_group_state'), true);
  assert.equal(isInternalTopic('orders'), false);
});
