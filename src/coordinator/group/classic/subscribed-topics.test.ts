import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { subscription } from '../group-fixture.ts';
import { createMember } from './classic-member.ts';
import { subscribedTopics } from './subscribed-topics.ts';

function member(metadata: Buffer) {
  return createMember({
    memberId: 'm',
    groupInstanceId: null,
    clientId: '',
    clientHost: '',
    protocolType: 'consumer',
    rebalanceTimeoutMs: 1,
    sessionTimeoutMs: 1,
    protocols: [{ name: 'range', metadata }],
  });
}

describe('the topics of a group', () => {
  it('are those of all members', () => {
    const members = [member(subscription('a', 'b')), member(subscription('b', 'ç'))];
    assert.deepEqual(subscribedTopics('consumer', 'range', members), new Set(['a', 'b', 'ç']));
  });

  it('are none in an empty group of consumers', () => {
    assert.deepEqual(subscribedTopics('consumer', null, []), new Set());
  });

  it('are not known of other protocols, before there is one, and from metadata that is none of ours', () => {
    const good = subscription('a');
    assert.equal(subscribedTopics('connect', 'range', [member(good)]), undefined);
    assert.equal(subscribedTopics('consumer', null, [member(good)]), undefined);
    for (let length = 0; length < good.length - 4; length++) {
      assert.equal(subscribedTopics('consumer', 'range', [member(good.subarray(0, length))]), undefined);
    }
    assert.equal(subscribedTopics('consumer', 'range', [member(Buffer.alloc(64, 0xff))]), undefined);
  });
});
