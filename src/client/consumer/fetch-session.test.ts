import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KafkaError } from '../../protocol/index.ts';
import { FetchSession, type SessionPartition } from './fetch-session.ts';

function place(partition: number, offset = 0n, topicId = 'id'): SessionPartition {
  return { topic: 'orders', partition, offset, leaderEpoch: 0, topicId };
}

function summary(session: FetchSession, wanted: readonly SessionPartition[]) {
  const { sessionId, sessionEpoch, changed, forgotten, isFull } = session.next(wanted, true);
  const numbers = (places: readonly SessionPartition[]) => places.map(({ partition }) => partition).join();
  return `${sessionId}/${sessionEpoch} ${numbers(changed)} without ${numbers(forgotten)}${isFull ? ', full' : ''}`;
}

test('the first request names everything, later ones what changed', () => {
  const session = new FetchSession();
  assert.equal(summary(session, [place(0), place(1)]), '0/0 0,1 without , full');
  session.accept(7);
  assert.equal(summary(session, [place(0), place(1, 5n)]), '7/1 1 without ');
  session.accept(7);
  assert.equal(summary(session, [place(1, 5n), place(2)]), '7/2 2 without 0');
  session.accept(7);
  assert.equal(summary(session, [place(1, 5n), place(2)]), '7/3  without ');
});

test('without a session from the broker every request is whole', () => {
  const session = new FetchSession();
  session.next([place(0)], true);
  session.accept(0);
  assert.equal(summary(session, [place(0)]), '0/0 0 without , full');
});

test('after a failure the session is begun anew, in place of the old one where the broker may have it', () => {
  const session = new FetchSession();
  session.next([place(0)], true);
  session.accept(7);
  session.next([place(0, 1n)], true);
  session.fail(new Error('the connection broke'));
  assert.equal(summary(session, [place(0, 1n)]), '7/0 0 without , full');
  session.accept(8);
  session.fail(new KafkaError('FETCH_SESSION_ID_NOT_FOUND'));
  assert.equal(summary(session, [place(0, 1n)]), '0/0 0 without , full');
});

test('a topic that was made again is forgotten under its old id', () => {
  const session = new FetchSession();
  session.next([place(0, 9n, 'old')], true);
  session.accept(7);
  const { changed, forgotten } = session.next([place(0, 0n, 'new')], true);
  assert.deepEqual([changed[0]?.topicId, forgotten[0]?.topicId], ['new', 'old']);
});

test('names in place of ids need a session of their own', () => {
  const session = new FetchSession();
  session.next([place(0)], true);
  session.accept(7);
  assert.equal(session.next([place(0)], false).sessionEpoch, 0);
});

test('its end is told to a broker that keeps it', () => {
  const session = new FetchSession();
  session.next([place(0)], true);
  assert.equal(session.end, undefined);
  session.accept(7);
  assert.deepEqual(session.end, { sessionId: 7, sessionEpoch: -1 });
});
