import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { compressLz4Block, decompressLz4Block, LZ4_BLOCK_BYTES } from './lz4-block.ts';

const NO_HISTORY = Buffer.alloc(0);
const MEBIBYTE = 1 << 20;

describe('a block of lz4', () => {
  it('inflates by a plain reading of the format to what was compressed', () => {
    // Few different bytes, so that matches of all lengths and distances come up, near each other and far apart.
    const pieces = fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 40, max: 3 }), fc.integer({ min: 1, max: 60 }));
    fc.assert(
      fc.property(fc.array(pieces, { minLength: 1, maxLength: 30 }), (parts) => {
        const input = Buffer.concat(parts.flatMap(([bytes, times]) => Array<Uint8Array>(times).fill(bytes)));
        const end = Math.min(input.length, LZ4_BLOCK_BYTES);
        const block = Buffer.from(compressLz4Block(input, 0, end));
        assert.equal(inflate(block, NO_HISTORY).compare(input.subarray(0, end)), 0);
      }),
      { numRuns: 200 },
    );
  });

  it('is read as the format says, whatever the distance and the length of a match', () => {
    for (let distance = 1; distance <= 40; distance++) {
      for (const length of [4, 7, 8, 9, 15, 16, 17, 18, 19, 33, 274, 275, 1000]) {
        const block = makeBlock(Buffer.from(Array.from({ length: distance }, (_, i) => i + 1)), distance, length);
        const expected = inflate(block, NO_HISTORY);
        for (const room of [expected.length, 2000])
          assert.deepEqual(decompressLz4Block(block, 0, block.length, room, NO_HISTORY), expected);
        assert.equal(decompressLz4Block(block, 0, block.length, expected.length - 1, NO_HISTORY), 'full');
      }
    }
  });

  it('reaches back into its history, and no further', () => {
    const history = Buffer.from(Array.from({ length: 100_000 }, (_, i) => (i * 7919) >> 3));
    for (const [distance, known] of [
      [5, 5],
      [3000, 3000],
      [0xfffe, 100_000],
    ] as const) {
      const block = makeBlock(Buffer.from('a'), distance + 1, 50);
      const near = history.subarray(history.length - known);
      assert.deepEqual(decompressLz4Block(block, 0, block.length, 100, near), inflate(block, near));
      const tooNear = near.subarray(Math.max(1, near.length - distance + 1));
      assert.equal(decompressLz4Block(block, 0, block.length, 100, tooNear), 'corrupt');
    }
  });

  it('may be as large as the format allows, between small ones', () => {
    const small = Buffer.from('abcabcabcabcabcabcabcabc');
    const large = makeBlock(Buffer.from('xy'), 2, 4 * MEBIBYTE - 7);
    const inflated = decompressLz4Block(large, 0, large.length, 4 * MEBIBYTE, NO_HISTORY);
    assert.ok(Buffer.isBuffer(inflated) && inflated.length === 4 * MEBIBYTE);
    assert.equal(inflated.toString('latin1', 0, 6), 'xyxyxy');
    const block = Buffer.from(compressLz4Block(small, 0, small.length));
    assert.deepEqual(decompressLz4Block(block, 0, block.length, 100, NO_HISTORY), small);
  });

  it('of random bytes is refused, or inflates as a plain reading of the format would', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 64 }), fc.uint8Array({ maxLength: 20 }), (bytes, before) => {
        const [block, history] = [Buffer.from(bytes), Buffer.from(before)];
        const inflated = decompressLz4Block(block, 0, block.length, 100_000, history);
        if (Buffer.isBuffer(inflated)) assert.deepEqual(inflated, inflate(block, history));
      }),
      { numRuns: 2000 },
    );
  });
});

/** `literals`, a match, and five literals at the end. */
function makeBlock(literals: Buffer, distance: number, length: number): Buffer {
  const [literalNibble, literalRest] = lengthParts(literals.length);
  const [matchNibble, matchRest] = lengthParts(length - 4);
  const token = (literalNibble << 4) | matchNibble;
  const parts = [token, ...literalRest, ...literals, distance & 255, distance >> 8, ...matchRest];
  return Buffer.concat([Buffer.from(parts), Buffer.from([0x50]), Buffer.from('VWXYZ')]);
}

function lengthParts(length: number): [nibble: number, rest: number[]] {
  if (length < 15) return [length, []];
  const rest = length - 15;
  return [15, [...Array<number>(Math.floor(rest / 255)).fill(255), rest % 255]];
}

/** The format as its description reads; what is not valid throws or gives anything. */
function inflate(block: Buffer, history: Buffer): Buffer {
  const output = [...history];
  let at = 0;
  const readLength = (nibble: number) => {
    let length = nibble;
    for (let byte = nibble === 15 ? 255 : 0; byte === 255; length += byte) byte = block.readUInt8(at++);
    return length;
  };
  for (;;) {
    const token = block.readUInt8(at++);
    const literals = readLength(token >> 4);
    output.push(...block.subarray(at, at + literals));
    at += literals;
    if (at >= block.length) return Buffer.from(output.slice(history.length));
    const distance = block.readUInt16LE(at);
    at += 2;
    const length = readLength(token & 15) + 4;
    for (let copied = 0; copied < length; copied++) output.push(output[output.length - distance] as number);
  }
}
