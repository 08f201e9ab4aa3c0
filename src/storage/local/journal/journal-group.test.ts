import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { encodeBatch, writeBaseOffset, ZERO_UUID } from '../../../protocol/index.ts';
import {
  encodeGroup,
  groupBytes,
  type JournaledBatches,
  PAGE_BYTES,
  readGroup,
  readGroupHeader,
} from './journal-group.ts';

const SALT = Buffer.from('saltsalt');
const TOPIC = 'AAAAAAAAAAAAAAAAAAAAAQ';

function batchAt(baseOffset: bigint, value: string): Buffer {
  const batch = encodeBatch({ records: [{ timestamp: 1n, key: null, value: Buffer.from(value) }] });
  writeBaseOffset(batch, 0, baseOffset);
  return batch;
}

function encoded(entries: readonly JournaledBatches[], index = 3): Buffer {
  const group = Buffer.alloc(groupBytes(entries), 0xff);
  encodeGroup(group, { salt: SALT, index }, entries);
  return group;
}

const ENTRIES: readonly JournaledBatches[] = [
  { topicId: TOPIC, partition: 7, batches: [Buffer.concat([batchAt(5n, 'a'), batchAt(6n, 'b')]), batchAt(7n, 'c')] },
  { topicId: ZERO_UUID, partition: 0, batches: [batchAt(0n, 'x'.repeat(5000))] },
];

describe('a group of the journal', () => {
  it('fills whole pages, and tells whose batches are where', () => {
    const group = encoded(ENTRIES);
    assert.equal(group.length, 2 * PAGE_BYTES);
    assert.deepEqual(readGroupHeader(group, SALT), { index: 3, sizeInBytes: group.length });
    const found = readGroup(group);
    assert.ok(typeof found !== 'string', String(found));
    assert.deepEqual(
      found.map(({ topicId, partition, header }) => [topicId, partition, header.baseOffset]),
      [
        [TOPIC, 7, 5n],
        [TOPIC, 7, 6n],
        [TOPIC, 7, 7n],
        [ZERO_UUID, 0, 0n],
      ],
    );
    for (const [index, { header }] of found.entries()) {
      const bytes = group.subarray(header.position, header.position + header.sizeInBytes);
      assert.deepEqual(bytes, index < 3 ? batchAt(BigInt(5 + index), 'abc'[index] ?? '') : ENTRIES[1]?.batches[0]);
    }
  });

  it('is not taken for one of another use of the file', () => {
    assert.equal(readGroupHeader(encoded(ENTRIES), Buffer.from('SALTSALT')), undefined);
  });

  it('shows every changed byte, but for those that fill its last page', () => {
    const good = encoded(ENTRIES);
    const used = good.findLastIndex((byte) => byte !== 0) + 1;
    for (let position = 0; position < used; position++) {
      const group = Buffer.from(good);
      group[position] = (group[position] ?? 0) ^ 0x10;
      const header = readGroupHeader(group, SALT);
      const isRefused = header === undefined || typeof readGroup(group) === 'string';
      assert.ok(isRefused, `byte ${position} was changed`);
    }
  });

  it('shows that its end never reached the disk', () => {
    const group = encoded(ENTRIES);
    assert.equal(typeof readGroup(group.subarray(0, PAGE_BYTES)), 'string');
    group.fill(0, PAGE_BYTES);
    assert.equal(typeof readGroup(group), 'string');
  });
});
