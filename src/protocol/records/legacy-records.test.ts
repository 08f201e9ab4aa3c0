// What the golden message sets of corpus.test.ts do not show: odd wrappers, and damage that a CRC does not catch.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { crc32 } from 'node:zlib';
import { compress } from '../compression/index.ts';
import { readBatchHeader } from './batch-header.ts';
import { readLegacyBaseOffset } from './legacy-records.ts';
import { readRecords } from './read-records.ts';
import { validateBatch } from './validate-batch.ts';

const GZIP = 1;
const LOG_APPEND_TIME = 8;

interface MessageParts {
  offset: bigint;
  magic?: number;
  attributes?: number;
  timestamp?: bigint;
  key?: Buffer | null;
  value: Buffer | null;
}

function message({ offset, magic = 1, attributes = 0, timestamp = 5n, key = null, value }: MessageParts): Buffer {
  const time = Buffer.alloc(magic === 0 ? 0 : 8);
  if (magic > 0) time.writeBigInt64BE(timestamp);
  const body = Buffer.concat([Buffer.from([magic, attributes]), time, field(key), field(value)]);
  const head = Buffer.alloc(16);
  head.writeBigInt64BE(offset);
  head.writeInt32BE(body.length + 4, 8);
  head.writeUInt32BE(crc32(body), 12);
  return Buffer.concat([head, body]);
}

function field(bytes: Buffer | null): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(bytes?.length ?? -1);
  return bytes === null ? length : Buffer.concat([length, bytes]);
}

const value = Buffer.from('v');
const inner = Buffer.concat([
  message({ offset: 0n, timestamp: 1n, value }),
  message({ offset: 1n, timestamp: 2n, value }),
]);
const wrap = (offset: bigint, set: Buffer | null, attributes = GZIP, magic = 1) =>
  message({ offset, magic, attributes, timestamp: 9n, value: set === null ? null : compress('gzip', set) });

function read(buffer: Buffer): [bigint, bigint][] {
  const header = validateBatch(buffer);
  return [...readRecords(buffer, header)].map(({ offset, timestamp }) => [offset, timestamp]);
}

describe('messages of formats 0 and 1', () => {
  it('in a format 1 wrapper count back from its offset', () => {
    assert.deepEqual(read(wrap(41n, inner)), [
      [40n, 1n],
      [41n, 2n],
    ]);
    assert.equal(readLegacyBaseOffset(wrap(41n, inner), readBatchHeader(wrap(41n, inner)), 1000), 40n);
  });

  it('in a wrapper with offset 0 keep their own offsets', () => {
    assert.deepEqual(read(wrap(0n, inner)), [
      [0n, 1n],
      [1n, 2n],
    ]);
  });

  it('take the time of a LogAppendTime wrapper', () => {
    assert.deepEqual(read(wrap(1n, inner, GZIP | LOG_APPEND_TIME)), [
      [0n, 9n],
      [1n, 9n],
    ]);
  });

  it('end with the last whole one where the set is cut off', () => {
    assert.equal(read(wrap(0n, inner.subarray(0, inner.length - 1))).length, 1);
    assert.equal(read(wrap(0n, inner.subarray(0, inner.length / 2 + 5))).length, 1);
  });

  it('may have neither key nor value', () => {
    const bare = message({ offset: 3n, magic: 0, value: null });
    assert.deepEqual(
      [...readRecords(bare, validateBatch(bare))].map((record) => ({ ...record })),
      [{ offset: 3n, timestamp: -1n, key: null, value: null, headers: [] }],
    );
  });

  it('are refused when a bit is wrong', () => {
    const good = message({ offset: 3n, value });
    for (let at = 17; at < good.length; at++) {
      const damaged = Buffer.from(good);
      damaged.writeUInt8(damaged.readUInt8(at) ^ 0x10, at);
      assert.throws(() => validateBatch(damaged), { code: 'CORRUPT_MESSAGE', reason: 'crc' });
    }
  });

  it('are refused where the wrapper makes no sense', () => {
    const badLength = Buffer.from(inner);
    badLength.writeInt32BE(-1, 8);
    const badKey = message({ offset: 0n, value });
    badKey.writeInt32BE(1000, 30);
    const magic2 = Buffer.from(inner);
    magic2.writeInt8(2, 16);
    for (const [buffer, expected] of [
      [wrap(5n, null), /no value/],
      [wrap(5n, Buffer.alloc(0)), /holds no messages/],
      [wrap(5n, message({ offset: 7n, value })), /below its last inner offset/],
      [wrap(5n, wrap(0n, inner)), /inner message is compressed/],
      [wrap(5n, badLength), /length -1/],
      [wrap(5n, badKey), /claims 1000 bytes/],
      [wrap(5n, magic2), /magic 2 cannot stand/],
      [message({ offset: 5n, attributes: 4, value }), /zstd does not exist/],
    ] as const) {
      assert.throws(
        () => read(buffer),
        (error) => error instanceof Error && expected.test(error.message),
      );
    }
  });
});
