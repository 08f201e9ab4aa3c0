// Bytes that are no message: each is refused with a reason, and before anything is allocated for what it claims to hold.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTopics, fetch, joinGroup, metadata, produce, shareFetch } from '../apis/index.ts';
import { array, bytes, int8, string, struct } from './field.ts';
import { MAX_ELEMENTS_PER_MESSAGE } from './limits.ts';
import { MalformedMessageError } from './malformed-message-error.ts';
import { message } from './message.ts';
import { Reader } from './reader.ts';

const TOPIC_ID = 'mQ_vbWyZQ4i2x9SZ7XEcPg';

const samples: { readonly name: string; readonly buffer: Buffer; readonly decode: (buffer: Buffer) => unknown }[] = [
  sample(metadata.request, [0, 1, 8, 9, 13], { topics: [{ name: 'orders' }, { name: 'Zürich' }] }),
  sample(produce.request, [3, 9], {
    acks: -1,
    timeoutMs: 1000,
    topicData: [{ name: 'orders', partitionData: [{ index: 0, records: Buffer.from('batch') }] }],
  }),
  sample(fetch.request, [13, 17], {
    maxWaitMs: 1,
    minBytes: 1,
    topics: [{ topicId: TOPIC_ID, partitions: [{ partition: 0, fetchOffset: 5n, partitionMaxBytes: 100 }] }],
  }),
  sample(fetch.response, [4, 12], {
    throttleTimeMs: 0,
    responses: [
      {
        topic: 'orders',
        partitions: [
          {
            partitionIndex: 0,
            errorCode: 0,
            highWatermark: 9n,
            abortedTransactions: [{ producerId: 1n, firstOffset: 2n }],
            records: Buffer.from('batch'),
          },
        ],
      },
    ],
  }),
  sample(joinGroup.response, [9], {
    errorCode: 0,
    generationId: 1,
    protocolType: 'consumer',
    protocolName: 'range',
    leader: 'a',
    memberId: 'a',
    members: [{ memberId: 'a', metadata: Buffer.from('m') }],
  }),
  sample(createTopics.request, [2, 7], {
    topics: [
      {
        name: 'orders',
        numPartitions: 3,
        replicationFactor: 1,
        assignments: [{ partitionIndex: 0, brokerIds: [1] }],
        configs: [{ name: 'retention.ms', value: null }],
      },
    ],
  }),
  sample(shareFetch.request, [1], {
    memberId: 'm',
    groupId: 'g',
    shareSessionEpoch: 1,
    maxWaitMs: 1,
    minBytes: 1,
    maxBytes: 1000,
    maxRecords: 10,
    batchSize: 10,
    topics: [
      {
        topicId: TOPIC_ID,
        partitions: [
          { partitionIndex: 0, acknowledgementBatches: [{ firstOffset: 0n, lastOffset: 1n, acknowledgeTypes: [1] }] },
        ],
      },
    ],
    forgottenTopicsData: [],
  }),
].flat();

test('a message that is cut off at any byte is refused with the name of the message and a position', () => {
  for (const { name, buffer, decode } of samples) {
    for (let length = 0; length < buffer.length; length++) {
      assert.throws(
        () => decode(buffer.subarray(0, length)),
        (error) => error instanceof MalformedMessageError && error.subject === name && error.position <= length,
        `${name} cut off after ${length} of ${buffer.length} bytes`,
      );
    }
  }
});

test('a message with any one byte changed is read or refused, and nothing else', () => {
  for (const { buffer, decode } of samples) {
    for (let at = 0; at < buffer.length; at++) {
      for (const byte of [0x00, 0x7f, 0x80, 0xff]) {
        const changed = Buffer.from(buffer);
        changed[at] = byte;
        try {
          decode(changed);
        } catch (error) {
          assert.ok(error instanceof MalformedMessageError, `${error}`);
        }
      }
    }
  }
});

const list = message({
  name: 'List',
  versions: '0-1',
  flexibleVersions: '1+',
  fields: { items: array(struct({ name: string(), kind: int8() })) },
});

test('an array that claims more elements than there are bytes for is refused', () => {
  // Each element takes at least 3 bytes in version 0, and 3 in version 1: a length, an int8, the number of tags.
  assert.throws(() => list.codec(0).decode(Buffer.from('7fffffff000000', 'hex')), /array of 2147483647 elements/);
  assert.throws(() => list.codec(0).decode(Buffer.from('000000020000000000', 'hex')), /2 elements of at least 3 bytes/);
  assert.throws(() => list.codec(1).decode(Buffer.from('ffffffff0f', 'hex')), /array of 4294967294 elements/);
});

test('an array of elements that take no bytes is bounded by the bytes that are left', () => {
  const nothing = message({ name: 'Nothing', versions: '0', fields: { items: array(struct({})) } });
  assert.throws(() => nothing.codec(0).decode(Buffer.from('7fffffff', 'hex')), MalformedMessageError);
});

test('more elements than a message may hold are refused although the bytes are there', () => {
  const flags = message({ name: 'Flags', versions: '0', fields: { items: array(int8()) } });
  const buffer = Buffer.alloc(4 + MAX_ELEMENTS_PER_MESSAGE + 1);
  buffer.writeInt32BE(MAX_ELEMENTS_PER_MESSAGE + 1);
  assert.throws(() => flags.codec(0).decode(buffer), /more than 4000000 array elements/);
});

test('a null where the schema allows none is refused', () => {
  assert.throws(() => list.codec(0).decode(Buffer.from('ffffffff', 'hex')), /items .*null/);
  assert.throws(() => list.codec(1).decode(Buffer.from('00', 'hex')), /items .*null/);
  assert.throws(() => list.codec(0).decode(Buffer.from('00000001ffff00', 'hex')), /items\.name .*null/);
});

test('a string that is not UTF-8 is refused', () => {
  for (const text of ['ff', 'c328', 'e28228', 'f0288cbc', 'eda080', 'c080']) {
    const length = (text.length / 2).toString(16).padStart(4, '0');
    assert.throws(() => list.codec(0).decode(Buffer.from(`00000001${length}${text}00`, 'hex')), /items\.name .*UTF-8/);
  }
});

test('a compact string longer than Kafka allows is refused', () => {
  const buffer = Buffer.concat([Buffer.from('02818002', 'hex'), Buffer.alloc(32768, 'a'), Buffer.from('0000', 'hex')]);
  assert.throws(() => list.codec(1).decode(buffer), /a string of 32768 bytes/);
});

test('bytes that claim more than is left are refused', () => {
  const blob = message({ name: 'Blob', versions: '0-1', flexibleVersions: '1+', fields: { content: bytes() } });
  assert.throws(() => blob.codec(0).decode(Buffer.from('7fffffff00', 'hex')), /needs 2147483647 bytes, and 1 are left/);
  assert.throws(() => blob.codec(1).decode(Buffer.from('ffffffff0f00', 'hex')), MalformedMessageError);
});

test('a varint that does not end after five bytes is refused', () => {
  assert.throws(() => new Reader(Buffer.from('ffffffffff01', 'hex')).unsignedVarint('count'), /more than five bytes/);
});

test('a tagged field whose size differs from what it holds is refused', () => {
  const tagged = message({
    name: 'Tagged',
    versions: '0',
    flexibleVersions: '0+',
    fields: { name: string({ default: '', tag: 0 }) },
  });
  assert.equal(tagged.codec(0).decode(Buffer.from('0100020241', 'hex')).name, 'A');
  assert.throws(() => tagged.codec(0).decode(Buffer.from('010003024100', 'hex')), /1 bytes of the tagged field/);
  assert.throws(() => tagged.codec(0).decode(Buffer.from('0100010241', 'hex')), MalformedMessageError);
  assert.throws(() => tagged.codec(0).decode(Buffer.from('01007f0241', 'hex')), MalformedMessageError);
  assert.throws(() => tagged.codec(0).decode(Buffer.from('01057f0241', 'hex')), MalformedMessageError);
});

function sample<Input>(
  message: { codec(version: number): { encode(value: Input): Buffer; decode(buffer: Buffer): unknown }; name: string },
  versions: readonly number[],
  value: NoInfer<Input>,
) {
  return versions.map((version) => ({
    name: `${message.name} v${version}`,
    buffer: message.codec(version).encode(value),
    decode: (buffer: Buffer) => message.codec(version).decode(buffer),
  }));
}
