import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { constants, crc32, gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { COMPRESSION_TYPES, CompressionError, type CompressionType, compress, decompress } from './index.ts';

const CODECS: CompressionType[] = ['gzip', 'snappy', 'lz4', 'zstd'];
const LEVELS: [CompressionType, number][] = [
  ['gzip', 1],
  ['gzip', 9],
  ['lz4', 1],
  ['lz4', 2],
  ['lz4', 8],
  ['lz4', 17],
  ['zstd', -131072],
  ['zstd', 1],
  ['zstd', 22],
];

// Random bytes, and repetitive ones: what compressors treat differently.
const content = fc.oneof(
  fc.uint8Array({ maxLength: 3000 }).map((bytes) => Buffer.from(bytes)),
  fc
    .array(fc.tuple(fc.string({ maxLength: 12 }), fc.integer({ min: 1, max: 400 })), { maxLength: 40 })
    .map((parts) => Buffer.from(parts.map(([text, times]) => text.repeat(times)).join(''))),
);

function fails(failure: string, action: () => unknown): void {
  assert.throws(action, (error) => error instanceof CompressionError && error.failure === failure);
}

describe('compression', () => {
  for (const type of COMPRESSION_TYPES) {
    it(`${type}: what goes in comes out, and the limit may be exactly its size`, () => {
      fc.assert(
        fc.property(content, (input) => {
          assert.equal(decompress(type, compress(type, input), input.length).compare(input), 0);
        }),
        { numRuns: 60 },
      );
    });
  }

  for (const [type, level] of LEVELS) {
    it(`${type} level ${level}: what goes in comes out`, () => {
      fc.assert(
        fc.property(content, (input) => {
          assert.equal(decompress(type, compress(type, input, level), input.length).compare(input), 0);
        }),
        { numRuns: 30 },
      );
    });
  }

  for (const type of CODECS) {
    it(`${type}: input over several blocks comes out`, () => {
      const input = Buffer.concat(
        Array.from({ length: 40 }, (_, i) => Buffer.from(`${i} of a line that repeats, ${Math.sin(i)}\n`.repeat(300))),
      );
      const compressed = compress(type, input);
      assert.ok(compressed.length < input.length / 4);
      assert.equal(decompress(type, compressed, input.length).compare(input), 0);
    });

    it(`${type}: one byte over the limit is refused`, () => {
      const input = Buffer.from('many words '.repeat(100));
      fails('too-large', () => decompress(type, compress(type, input), input.length - 1));
    });

    it(`${type}: a bomb is refused in bounded memory`, () => {
      const bomb = compress(type, Buffer.alloc(64 * 1024 * 1024));
      assert.ok(bomb.length < 4 * 1024 * 1024);
      const before = process.memoryUsage().rss;
      for (let i = 0; i < 20; i++) fails('too-large', () => decompress(type, bomb, 64 * 1024));
      assert.ok(process.memoryUsage().rss - before < 48 * 1024 * 1024);
    });

    it(`${type}: data cut off at any byte is corrupt, or what is left of whole blocks`, () => {
      const input = Buffer.from(Array.from({ length: 300 }, (_, i) => `${i * 7919}`).join(' '));
      const compressed = compress(type, input);
      for (let end = 0; end < compressed.length; end++) {
        // Snappy's stream has no end mark, and so nothing is missing behind its header.
        if (type === 'snappy' && end === 16) continue;
        fails('corrupt', () => decompress(type, compressed.subarray(0, end), 1 << 20));
      }
    });

    it(`${type}: no change of a byte does more than fail or inflate within the limit`, () => {
      const compressed = compress(type, Buffer.from('abcabcabcabc repeat repeat repeat 0123456789 '.repeat(20)));
      fc.assert(
        fc.property(fc.nat(compressed.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
          const damaged = Buffer.from(compressed);
          damaged.writeUInt8(damaged.readUInt8(at) ^ flip, at);
          try {
            assert.ok(decompress(type, damaged, 2000).length <= 2000);
          } catch (error) {
            assert.ok(error instanceof CompressionError, String(error));
          }
        }),
        { numRuns: 500 },
      );
    });

    it(`${type}: random bytes are refused`, () => {
      fc.assert(
        fc.property(fc.uint8Array({ minLength: 1, maxLength: 64 }), (bytes) => {
          try {
            decompress(type, Buffer.from(bytes), 4096);
          } catch (error) {
            assert.ok(error instanceof CompressionError, String(error));
          }
        }),
        { numRuns: 300 },
      );
    });
  }

  it('refuses levels that Kafka has not', () => {
    fails('unsupported', () => compress('gzip', Buffer.from('x'), 10));
    fails('unsupported', () => compress('gzip', Buffer.from('x'), 0));
    fails('unsupported', () => compress('lz4', Buffer.from('x'), 18));
    fails('unsupported', () => compress('zstd', Buffer.from('x'), 23));
    assert.ok(compress('gzip', Buffer.from('x'), -1).length > 0);
  });

  it('gives and takes bytes as they are with type none, within the limit', () => {
    const input = Buffer.from('as it is');
    assert.equal(decompress('none', compress('none', input), 8), input);
    fails('too-large', () => decompress('none', input, 7));
  });
});

describe('gzip and zstd', () => {
  it('gzip reads concatenated members as one', () => {
    const members = Buffer.concat([gzipSync('first '), gzipSync('second')]);
    assert.equal(decompress('gzip', members, 100).toString(), 'first second');
  });

  it('gzip notices a wrong checksum', () => {
    const damaged = compress('gzip', Buffer.from('content'));
    damaged.writeUInt32LE(crc32('another'), damaged.length - 8);
    fails('corrupt', () => decompress('gzip', damaged, 100));
  });

  it('zstd reads concatenated frames as one, and limits their sum', () => {
    const frames = Buffer.concat([zstdCompressSync('first '), zstdCompressSync('second')]);
    assert.equal(decompress('zstd', frames, 12).toString(), 'first second');
    fails('too-large', () => decompress('zstd', frames, 11));
  });

  it('zstd refuses bytes behind the last frame', () => {
    fails('corrupt', () => decompress('zstd', Buffer.concat([zstdCompressSync('x'), Buffer.from('tail')]), 100));
  });

  it('zstd refuses a claimed size over the limit before it inflates', () => {
    const frame = zstdCompressSync(Buffer.alloc(5000), { pledgedSrcSize: 5000 });
    // Cut off behind the header: only the claim is there to be judged.
    fails('too-large', () => decompress('zstd', frame.subarray(0, 12), 4999));
  });

  it('zstd notices a wrong checksum', () => {
    const frame = zstdCompressSync('content', { params: { [constants.ZSTD_c_checksumFlag]: 1 } });
    frame.writeUInt8(frame.readUInt8(frame.length - 1) ^ 1, frame.length - 1);
    fails('corrupt', () => decompress('zstd', frame, 100));
  });
});
