import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseScramUser } from './scram-user.ts';

test("a user is written as Kafka's tool for storage has it", () => {
  assert.deepEqual(parseScramUser('SCRAM-SHA-512=[name=alice,password="a=b",iterations=8192]'), {
    user: 'alice',
    password: 'a=b',
    mechanism: 'SCRAM-SHA-512',
    iterations: 8192,
  });
  assert.equal(parseScramUser('SCRAM-SHA-256=[name=bob, password=x]').iterations, undefined);
});

test('a user without name or password, or with something else, is refused', () => {
  for (const text of [
    'PLAIN=[name=a,password=b]',
    'SCRAM-SHA-512=name=a,password=b',
    'SCRAM-SHA-512=[name=a]',
    'SCRAM-SHA-512=[password=b]',
    'SCRAM-SHA-512=[name=a,password=b,salt=c]',
    'SCRAM-SHA-512=[name=a,password=b,iterations=many]',
    'SCRAM-SHA-512=[]',
  ])
    assert.throws(() => parseScramUser(text), { name: 'UsageError' }, text);
});
