import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CompressionError } from './compression-error.ts';
import { lz4Compress, lz4Decompress } from './lz4-frame.ts';
import { xxhash32 } from './xxhash32.ts';

const INDEPENDENT = 0x20;
const BLOCK_CHECKSUM = 0x10;
const CONTENT_SIZE = 0x08;
const CONTENT_CHECKSUM = 0x04;
// Four literals 'abcd', then five literals: the shortest block with a match in it is 'abcd' repeated, ending in literals.
const REPEATED = block('44', 'abcd', '0400', '50', 'fghij');
// Starts with a match four bytes back, which must lie in the block before it.
const REACHING_BACK = block('00', '', '0400', '50', 'vwxyz');

describe('the lz4 frame reader', () => {
  it('reads compressed and uncompressed blocks with every checksum', () => {
    const content = Buffer.from('abcdabcdabcdfghijplain');
    const frame = makeFrame(INDEPENDENT | BLOCK_CHECKSUM | CONTENT_SIZE | CONTENT_CHECKSUM, content, [
      REPEATED,
      Buffer.from('plain'),
    ]);
    assert.equal(lz4Decompress(frame, 100).toString(), content.toString());
  });

  it('reads blocks that reach back into earlier ones', () => {
    const frame = makeFrame(0, Buffer.alloc(0), [REPEATED, REACHING_BACK]);
    assert.equal(lz4Decompress(frame, 100).toString(), 'abcdabcdabcdfghijghijvwxyz');
  });

  it('refuses to reach back where blocks are independent', () => {
    corrupt(makeFrame(INDEPENDENT, Buffer.alloc(0), [REPEATED, REACHING_BACK]));
  });

  it('refuses to reach back into an earlier frame', () => {
    corrupt(Buffer.concat([makeFrame(0, Buffer.alloc(0), [REPEATED]), makeFrame(0, Buffer.alloc(0), [REACHING_BACK])]));
  });

  it('reads frames one behind the other and skips skippable ones', () => {
    const skippable = Buffer.from('532a4d1803000000616263', 'hex');
    const frames = Buffer.concat([lz4Compress(Buffer.from('first ')), skippable, lz4Compress(Buffer.from('second'))]);
    assert.equal(lz4Decompress(frames, 100).toString(), 'first second');
  });

  it('refuses a wrong header, block or content checksum', () => {
    const flags = INDEPENDENT | BLOCK_CHECKSUM | CONTENT_CHECKSUM;
    const frame = makeFrame(flags, Buffer.from('abcdabcdabcdfghij'), [REPEATED]);
    assert.equal(lz4Decompress(frame, 100).length, 17);
    for (const at of [6, frame.length - 9, frame.length - 1]) {
      const damaged = Buffer.from(frame);
      damaged.writeUInt8(damaged.readUInt8(at) ^ 1, at);
      corrupt(damaged);
    }
  });

  it('reads frames of message format 0, whose header checksum is wrong, when told to', () => {
    const frame = lz4Compress(Buffer.from('old'));
    frame.writeUInt8(frame.readUInt8(6) ^ 0xff, 6);
    corrupt(frame);
    assert.equal(lz4Decompress(frame, 100, { ignoreHeaderChecksum: true }).toString(), 'old');
  });

  it('refuses a content size that is not true', () => {
    corrupt(makeFrame(INDEPENDENT | CONTENT_SIZE, Buffer.from('short'), [REPEATED]));
  });

  it('judges a claimed content size before it allocates', () => {
    const frame = makeFrame(INDEPENDENT | CONTENT_SIZE, Buffer.from('x'), [REPEATED]);
    frame.writeBigUInt64LE(2n ** 63n, 6);
    frame.writeUInt8((xxhash32(frame, 4, 14) >>> 8) & 0xff, 14);
    assert.throws(() => lz4Decompress(frame, 1 << 30), { failure: 'too-large' });
    frame.writeBigUInt64LE(2n ** 29n, 6);
    frame.writeUInt8((xxhash32(frame, 4, 14) >>> 8) & 0xff, 14);
    corrupt(frame, 1 << 30);
  });

  it('refuses unknown versions, reserved bits, dictionaries and block sizes', () => {
    for (const [at, value] of [
      [4, 0x20],
      [4, 0x62],
      [4, 0x61],
      [5, 0x41],
      [5, 0xc0],
      [5, 0x30],
    ] as const) {
      const frame = makeFrame(INDEPENDENT, Buffer.alloc(0), [REPEATED]);
      frame.writeUInt8(value, at);
      frame.writeUInt8((xxhash32(frame, 4, 6) >>> 8) & 0xff, 6);
      corrupt(frame);
    }
  });

  it('refuses a block that is longer than the frame allows', () => {
    corrupt(makeFrame(INDEPENDENT, Buffer.alloc(0), [Buffer.alloc(64 * 1024 + 1)]));
    // 70,000 bytes of output in a frame of 64 KB blocks.
    const run = Buffer.concat([
      Buffer.from('1f610100', 'hex'),
      Buffer.alloc(274, 255),
      Buffer.from('0030616263', 'hex'),
    ]);
    corrupt(makeFrame(INDEPENDENT, Buffer.alloc(0), [run]));
  });
});

describe('xxhash32', () => {
  it('gives the published values', () => {
    assert.equal(xxhash32(Buffer.alloc(0), 0, 0), 0x02cc5d05);
    assert.equal(xxhash32(Buffer.from('abc'), 0, 3), 0x32d153ff);
    const text = Buffer.from('Nobody inspects the spammish repetition');
    assert.equal(xxhash32(text, 0, text.length), 0xe2293b2f);
  });
});

/** A sequence with a match and then a last one with literals only, from the parts of the format. */
function block(token: string, literals: string, distance: string, lastToken: string, lastLiterals: string): Buffer {
  return Buffer.concat([
    Buffer.from(token, 'hex'),
    Buffer.from(literals),
    Buffer.from(distance, 'hex'),
    Buffer.from(lastToken, 'hex'),
    Buffer.from(lastLiterals),
  ]);
}

function makeFrame(flags: number, content: Buffer, blocks: Buffer[]): Buffer {
  const size = Buffer.alloc((flags & CONTENT_SIZE) === 0 ? 0 : 8);
  if (size.length > 0) size.writeBigUInt64LE(BigInt(content.length));
  const descriptor = Buffer.concat([Buffer.from([0x40 | flags, 0x40]), size]);
  const parts: Buffer[] = [Buffer.from('04224d18', 'hex'), descriptor];
  parts.push(Buffer.from([(xxhash32(descriptor, 0, descriptor.length) >>> 8) & 0xff]));
  for (const bytes of blocks) {
    const isPlain = bytes.toString() === 'plain';
    parts.push(uint32(isPlain ? (bytes.length | 0x80000000) >>> 0 : bytes.length), bytes);
    if ((flags & BLOCK_CHECKSUM) !== 0) parts.push(uint32(xxhash32(bytes, 0, bytes.length)));
  }
  parts.push(uint32(0));
  if ((flags & CONTENT_CHECKSUM) !== 0) parts.push(uint32(xxhash32(content, 0, content.length)));
  return Buffer.concat(parts);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function corrupt(frame: Buffer, maxOutputBytes = 1 << 20): void {
  assert.throws(
    () => lz4Decompress(frame, maxOutputBytes),
    (error) => error instanceof CompressionError && error.failure === 'corrupt',
  );
}
