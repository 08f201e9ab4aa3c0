import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CompressionError } from './compression-error.ts';
import { snappyCompress, snappyDecompress } from './snappy.ts';
import { wasmCodecs } from './wasm-codecs.ts';

const input = Buffer.from('what librdkafka sends '.repeat(500));

describe('snappy', () => {
  it('writes the stream of snappy-java, in blocks of 32 KB', () => {
    const compressed = snappyCompress(Buffer.alloc(70_000, 'x'));
    assert.equal(compressed.subarray(0, 16).toString('hex'), '82534e41505059000000000100000001');
    let blocks = 0;
    for (let at = 16; at < compressed.length; at += 4 + compressed.readInt32BE(at)) blocks++;
    assert.equal(blocks, 3);
  });

  it('reads a raw block, as librdkafka writes it', () => {
    assert.equal(snappyDecompress(wasmCodecs().snappyCompress(input), input.length).compare(input), 0);
  });

  it('reads streams one behind the other', () => {
    const streams = Buffer.concat([snappyCompress(Buffer.from('one ')), snappyCompress(Buffer.from('two'))]);
    assert.equal(snappyDecompress(streams, 7).toString(), 'one two');
  });

  it('reads every kind of element', () => {
    const long = Buffer.alloc(300, 'L');
    const body = [
      // Four literals; a copy with an 11-bit distance, one with 16 bits, one with 32.
      '0c61626364',
      '0104',
      '0e0400',
      '0f04000000',
      // Literals with a length in two bytes.
      `f42b01${long.toString('hex')}`,
    ].join('');
    const block = Buffer.from(`bc02${body}`, 'hex');
    assert.equal(snappyDecompress(block, 1000).toString(), `${'abcd'.repeat(4)}${long}`);
  });

  it('refuses a claimed length before it allocates', () => {
    // A claim of 1 GB in eight bytes, raw and in a stream.
    const lie = Buffer.from('8080808004000000', 'hex');
    assert.throws(() => snappyDecompress(lie, 2 ** 31 - 1), { failure: 'corrupt' });
    assert.throws(() => snappyDecompress(lie, 1000), { failure: 'too-large' });
    const stream = Buffer.concat([Buffer.from('82534e4150505900000000010000000100000008', 'hex'), lie]);
    assert.throws(() => snappyDecompress(stream, 2 ** 31 - 1), { failure: 'corrupt' });
    assert.throws(() => snappyDecompress(stream, 1000), { failure: 'too-large' });
  });

  it('limits the sum of the blocks', () => {
    const compressed = snappyCompress(Buffer.alloc(100_000));
    assert.throws(() => snappyDecompress(compressed, 99_999), { failure: 'too-large' });
    assert.equal(snappyDecompress(compressed, 100_000).length, 100_000);
  });

  for (const [what, hex] of [
    ['a copy from before the start', '04000105'],
    ['a copy of distance 0', '0800610100'],
    ['literals beyond the input', '040c61'],
    ['output beyond the claim', '010461620401'],
    ['less output than claimed', '05046162'],
    ['a length that never ends', 'ffffffffffff'],
    ['a negative block length', '82534e41505059000000000100000001ffffffff'],
    ['a block length beyond the input', '82534e4150505900000000010000000100000009ab'],
    ['a stream of a later version', '82534e41505059000000000200000002'],
    ['half a stream header', '82534e4150505900000000'],
  ] as const) {
    it(`refuses ${what}`, () => {
      assert.throws(
        () => snappyDecompress(Buffer.from(hex, 'hex'), 1000),
        (error) => error instanceof CompressionError && error.failure === 'corrupt',
      );
    });
  }
});
