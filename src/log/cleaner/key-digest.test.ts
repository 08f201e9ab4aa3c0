import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { it } from 'node:test';
import { SeededRandom } from '../../platform/index.ts';
import { KeyDigest } from './key-digest.ts';

it('is the MD5 of keys of every length', () => {
  const random = new SeededRandom(5);
  const digest = new KeyDigest();
  for (let length = 0; length < 200; length++) {
    const bytes = Buffer.concat([Buffer.from('before'), random.bytes(length), Buffer.from('behind')]);
    digest.update(bytes, 6, length);
    const words = hash('md5', bytes.subarray(6, 6 + length), 'buffer');
    const expected = [0, 4, 8, 12].map((at) => words.readUInt32LE(at));
    assert.deepEqual([...digest.words], expected, `${length} bytes`);
  }
});
