import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FrameError, FrameReader } from './frame-reader.ts';

function frame(content: string): Buffer {
  const bytes = Buffer.from(content);
  const prefix = Buffer.alloc(4);
  prefix.writeInt32BE(bytes.length);
  return Buffer.concat([prefix, bytes]);
}

test('frames come out whole however the stream is cut', () => {
  const stream = Buffer.concat([frame('first'), frame(''), frame('the third one')]);
  for (let size = 1; size <= stream.length; size++) {
    const reader = new FrameReader(100);
    const frames: string[] = [];
    for (let start = 0; start < stream.length; start += size) {
      for (const bytes of reader.push(stream.subarray(start, start + size))) frames.push(bytes.toString());
    }
    assert.deepEqual(frames, ['first', '', 'the third one'], `pieces of ${size} bytes`);
  }
});

test('a frame above the limit is refused before its content arrives', () => {
  const reader = new FrameReader(10);
  assert.throws(() => reader.push(Buffer.from([0, 0, 0, 11])), FrameError);
});

test('a negative length is refused', () => {
  assert.throws(() => new FrameReader(10).push(Buffer.from([0xff, 0xff, 0xff, 0xff])), FrameError);
});
