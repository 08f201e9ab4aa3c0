import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FrameError, FrameReader } from './frame-reader.ts';

function framed(...bodies: string[]): Buffer {
  return Buffer.concat(
    bodies.map((body) => {
      const frame = Buffer.alloc(4 + body.length);
      frame.writeInt32BE(body.length);
      frame.write(body, 4);
      return frame;
    }),
  );
}

function read(reader: FrameReader, chunks: readonly Buffer[]): string[] {
  const frames: string[] = [];
  for (const chunk of chunks) reader.push(chunk, (frame) => frames.push(frame.toString()));
  return frames;
}

test('frames come out whole however the bytes are cut', () => {
  const bytes = framed('one', '', 'three and a half', 'x');
  for (let first = 0; first <= bytes.length; first++) {
    for (let second = first; second <= bytes.length; second++) {
      const pieces = [bytes.subarray(0, first), bytes.subarray(first, second), bytes.subarray(second)];
      assert.deepEqual(read(new FrameReader(100), pieces), ['one', '', 'three and a half', 'x']);
    }
  }
});

test('a negative length and one above the limit are refused before anything is held', () => {
  const negative = Buffer.alloc(4);
  negative.writeInt32BE(-1);
  assert.throws(() => read(new FrameReader(100), [negative]), FrameError);
  const long = Buffer.alloc(4);
  long.writeInt32BE(101);
  assert.throws(() => read(new FrameReader(100), [long]), /101 is larger than socket.request.max.bytes \(100\)/);
});

test('a length that arrives byte by byte is checked as soon as it is complete', () => {
  const reader = new FrameReader(100);
  assert.deepEqual(read(reader, [Buffer.of(0x7f), Buffer.of(0xff), Buffer.of(0xff)]), []);
  assert.throws(() => read(reader, [Buffer.of(0xff)]), FrameError);
});

test('an announced frame costs no memory until its bytes arrive', () => {
  const reader = new FrameReader(2 ** 31 - 1);
  const announced = Buffer.alloc(10);
  announced.writeInt32BE(2 ** 31 - 1);
  read(reader, [announced]);
  assert.equal(reader.bufferedBytes, 10);
});
