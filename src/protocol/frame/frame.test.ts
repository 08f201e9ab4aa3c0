// Requests and responses as they go over a connection.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { APIS, apiVersions, fetch, heartbeat, metadata } from '../apis/index.ts';
import { KafkaError } from '../errors.ts';
import { MalformedMessageError } from '../schema/malformed-message-error.ts';
import {
  correlationIdOf,
  decodeRequestBody,
  decodeRequestHeader,
  decodeResponse,
  encodeRequest,
  encodeResponse,
  isVersionSupported,
} from './index.ts';

const HEADER = { correlationId: 42, clientId: 'test-client' };
const BODY = { groupId: 'group', generationId: 3, memberId: 'member' };

test('a request arrives as it was sent, in every version', () => {
  for (const version of [0, 1, 2, 3, 4]) {
    const frame = frameOf(encodeRequest(heartbeat, version, HEADER, BODY));
    const header = decodeRequestHeader(frame);
    assert.equal(header.api, heartbeat);
    assert.deepEqual([header.apiVersion, header.correlationId, header.clientId], [version, 42, 'test-client']);
    assert.deepEqual(decodeRequestBody(heartbeat, header, frame), { ...BODY, groupInstanceId: null });
  }
});

test('a response arrives as it was sent, in every version', () => {
  for (const version of [0, 1, 2, 3, 4]) {
    const frame = frameOf(encodeResponse(heartbeat, version, 42, { errorCode: 27 }));
    assert.equal(correlationIdOf(frame), 42);
    const expected = { correlationId: 42, body: { throttleTimeMs: 0, errorCode: 27 } };
    assert.deepEqual(decodeResponse(heartbeat, version, frame), expected);
  }
});

test('the bytes of a request are those of the protocol', () => {
  const frame = Buffer.concat(
    encodeRequest(
      apiVersions,
      3,
      { correlationId: 1, clientId: 'c' },
      {
        clientSoftwareName: 'n',
        clientSoftwareVersion: 'v',
      },
    ),
  );
  assert.equal(
    frame.toString('hex'),
    '00000011' + '0012' + '0003' + '00000001' + '000163' + '00' + '026e' + '0276' + '00',
  );
});

test('a client id of null counts as an empty one', () => {
  const frame = frameOf(encodeRequest(heartbeat, 4, { correlationId: 1, clientId: null }, BODY));
  assert.equal(decodeRequestHeader(frame).clientId, '');
});

test('fetched records leave as they are, without being copied', () => {
  const records = [Buffer.alloc(2000, 1), Buffer.alloc(3000, 2)];
  const partition = { partitionIndex: 0, errorCode: 0, highWatermark: 9n, abortedTransactions: null, records };
  const chunks = encodeResponse(fetch, 17, 1, { throttleTimeMs: 0, responses: [{ partitions: [partition] }] });
  assert.deepEqual(
    records.map((buffer) => chunks.includes(buffer)),
    [true, true],
  );
  const { body } = decodeResponse(fetch, 17, frameOf(chunks));
  assert.deepEqual(body.responses[0]?.partitions[0]?.records, Buffer.concat(records));
});

test('a request of an ApiVersions version that nobody knows can be answered', () => {
  const frame = Buffer.from('0012' + '0063' + '00000007' + '000163' + '00' + '026e' + '0276' + '00', 'hex');
  const header = decodeRequestHeader(frame);
  assert.deepEqual([header.api, header.correlationId, header.clientId], [apiVersions, 7, 'c']);
  assert.equal(isVersionSupported(header.api, header.apiVersion), false);
  assert.throws(
    () => decodeRequestBody(apiVersions, header, frame),
    (error) => error instanceof KafkaError && error.code === 'UNSUPPORTED_VERSION',
  );
});

test('an ApiVersions answer in version 0 is understood whatever version was asked for', () => {
  const apiKeys = [{ apiKey: 18, minVersion: 0, maxVersion: 2 }];
  const frame = frameOf(encodeResponse(apiVersions, 0, 7, { errorCode: 35, apiKeys }));
  const { body } = decodeResponse(apiVersions, 4, frame);
  assert.equal(body.errorCode, 35);
  assert.deepEqual(body.apiKeys, apiKeys);
});

test('the answer to ApiVersions has the oldest header in every version', () => {
  const frame = frameOf(encodeResponse(apiVersions, 4, 7, { errorCode: 0, apiKeys: [] }));
  assert.equal(frame.toString('hex', 0, 6), '000000070000');
});

test('an unknown API key is refused', () => {
  for (const key of ['0004', '005d', '7fff', 'ffff']) {
    assert.throws(
      () => decodeRequestHeader(Buffer.from(`${key}0000000000070001630000`, 'hex')),
      (error) => error instanceof KafkaError && error.code === 'INVALID_REQUEST',
    );
  }
});

test('a header that is cut off is refused', () => {
  const frame = frameOf(encodeRequest(metadata, 12, HEADER, { topics: [] }));
  const { bodyOffset } = decodeRequestHeader(frame);
  for (let length = 0; length < bodyOffset; length++) {
    assert.throws(() => decodeRequestHeader(frame.subarray(0, length)), MalformedMessageError);
  }
});

test('bytes after a request are ignored, as in Kafka', () => {
  const frame = Buffer.concat([frameOf(encodeRequest(heartbeat, 0, HEADER, BODY)), Buffer.from('more')]);
  assert.equal(decodeRequestBody(heartbeat, decodeRequestHeader(frame), frame).memberId, 'member');
});

test('every API is listed under its key', () => {
  const entries = Object.entries(APIS);
  assert.equal(entries.length, 89);
  for (const [key, api] of entries) {
    assert.equal(String(api.key), key);
    assert.equal(api.request.name, `${api.name}Request`);
  }
});

function frameOf(chunks: readonly Buffer[]): Buffer {
  const buffer = Buffer.concat(chunks);
  assert.equal(buffer.readInt32BE(0), buffer.length - 4);
  return buffer.subarray(4);
}
