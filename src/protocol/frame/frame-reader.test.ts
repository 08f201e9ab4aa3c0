import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FrameError, FrameReader } from './frame-reader.ts';

function framed(...bodies: (string | Buffer)[]): Buffer {
  return Buffer.concat(
    bodies.flatMap((body) => {
      const length = Buffer.alloc(4);
      length.writeInt32BE(body.length);
      return [length, Buffer.from(body)];
    }),
  );
}

function reader(maxFrameBytes: number): FrameReader {
  return new FrameReader(maxFrameBytes, 'the limit');
}

function read(from: FrameReader, pieces: readonly Buffer[]): Buffer[] {
  const frames: Buffer[] = [];
  for (const piece of pieces) from.push(piece, (frame) => frames.push(frame));
  return frames;
}

function cut(bytes: Buffer, size: number): Buffer[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  );
}

test('frames come out whole however the bytes are cut', () => {
  const bytes = framed('one', '', 'three and a half', 'x');
  for (let first = 0; first <= bytes.length; first++) {
    for (let second = first; second <= bytes.length; second++) {
      const pieces = [bytes.subarray(0, first), bytes.subarray(first, second), bytes.subarray(second)];
      assert.deepEqual(read(reader(100), pieces).map(String), ['one', '', 'three and a half', 'x']);
    }
  }
});

test('large frames come out whole from small and large pieces in any mixture', () => {
  const bodies = [100_000, 5, 70_000].map((length, seed) =>
    Buffer.from(Array.from({ length }, (_, index) => (index * 7 + seed) & 0xff)),
  );
  const bytes = framed(...bodies);
  for (const size of [1, 1000, 4095, 4096, 16_384, 65_536]) {
    assert.deepEqual(read(reader(100_000), cut(bytes, size)), bodies, `pieces of ${size}`);
  }
  const mixed = [...cut(bytes.subarray(0, 30_000), 3000), ...cut(bytes.subarray(30_000, 90_000), 20_000)];
  assert.deepEqual(read(reader(100_000), [...mixed, ...cut(bytes.subarray(90_000), 777)]), bodies);
});

test('a frame that lies in one piece is not copied', () => {
  const bytes = framed('one', 'two');
  const [first] = read(reader(100), [bytes]);
  assert.equal(first?.buffer, bytes.buffer);
});

test('a negative length and one above the limit are refused before anything is held', () => {
  assert.throws(() => read(reader(100), [Buffer.of(0xff, 0xff, 0xff, 0xff)]), FrameError);
  assert.throws(() => read(reader(100), [Buffer.of(0, 0, 0, 101)]), /101 is larger than the limit \(100\)/);
  assert.equal(read(reader(100), [framed('x'.repeat(100))]).length, 1);
});

test('a length that arrives byte by byte is checked as soon as it is complete', () => {
  const from = reader(100);
  assert.deepEqual(read(from, [Buffer.of(0x7f), Buffer.of(0xff), Buffer.of(0xff)]), []);
  assert.throws(() => read(from, [Buffer.of(0xff)]), FrameError);
});

test('an announced frame costs no memory until its bytes arrive', () => {
  const from = reader(2 ** 31 - 1);
  const before = process.memoryUsage().arrayBuffers;
  read(from, [Buffer.of(0x7f, 0xff, 0xff, 0xff), Buffer.from('123456')]);
  assert.equal(from.bufferedBytes, 6);
  assert.ok(process.memoryUsage().arrayBuffers - before < 1_000_000);
});

test('bytes that trickle in cost little more than themselves', () => {
  const from = reader(2 ** 31 - 1);
  read(from, [Buffer.of(0x7f, 0xff, 0xff, 0xff)]);
  const before = process.memoryUsage();
  const pieceCount = 300_000;
  const piece = Buffer.of(1);
  for (let count = 0; count < pieceCount; count++) from.push(Buffer.from(piece), () => assert.fail());
  const after = process.memoryUsage();
  assert.equal(from.bufferedBytes, pieceCount);
  assert.ok(after.arrayBuffers - before.arrayBuffers < 20 * 2 ** 20);
});
