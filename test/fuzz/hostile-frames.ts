// Frames that no honest client sends: lengths that lie, fields without end, and little that inflates to much.

import { framed, pick } from '../../src/broker/testing/damage.ts';
import { produceRequest } from '../../src/broker/testing/topics.ts';
import type { Random } from '../../src/platform/index.ts';
import { type CompressionType, encodeBatch, encodeRequest, metadata, produce } from '../../src/protocol/index.ts';

/** Records for it must be looked into, and so inflated, before they are taken. */
export const COMPACTED_TOPIC = 'fuzz-compacted';

/** More than a broker inflates, where the codec makes so much of what `message.max.bytes` allows. */
const BOMB_BYTES: Readonly<Record<Exclude<CompressionType, 'none'>, number>> = {
  gzip: 400 * 2 ** 20,
  lz4: 200 * 2 ** 20,
  snappy: 18 * 2 ** 20,
  zstd: 400 * 2 ** 20,
};
const WIDTH = 100_000;

/** Made once: compressing costs more than being attacked. */
export function compressionBombs(): Buffer[] {
  return Object.entries(BOMB_BYTES).map(([compression, bytes]) => {
    const records = [{ timestamp: 0n, key: Buffer.from('key'), value: Buffer.alloc(bytes) }];
    const batch = encodeBatch({ compression: compression as CompressionType, records });
    const request = produceRequest({ topic: COMPACTED_TOPIC }, batch);
    return Buffer.concat(encodeRequest(produce, 12, { correlationId: 1, clientId: 'bomb' }, request));
  });
}

/** Bytes of a connection, frames with their lengths. */
export function hostileFrame(random: Random): Buffer {
  return pick(ATTACKS, random)(random);
}

const ATTACKS: readonly ((random: Random) => Buffer)[] = [
  // Lengths that nothing follows.
  () => Buffer.of(0xff, 0xff, 0xff, 0xff),
  () => Buffer.of(0x7f, 0xff, 0xff, 0xff),
  (random) => Buffer.concat([Buffer.of(0x00, 0x70, 0x00, 0x00), random.bytes(random.integer(10_000))]),
  // Another protocol.
  () => Buffer.from('GET / HTTP/1.1\r\nHost: broker\r\n\r\n'),
  (random) => random.bytes(1 + random.integer(2000)),
  // A header with more tagged fields than bytes, and one with as many as fit.
  () => framed(Buffer.concat([flexibleHeader(), varint(2 ** 31 - 1)])),
  () =>
    framed(
      Buffer.concat([flexibleHeader(), varint(WIDTH), ...Array.from({ length: WIDTH }, (_, tag) => emptyTag(tag))]),
    ),
  // A tagged field that is larger than what follows.
  () => framed(Buffer.concat([flexibleHeader(), varint(1), varint(7), varint(2 ** 31 - 1), Buffer.alloc(100)])),
  // Arrays that are not there, in both forms.
  () => framed(Buffer.concat([header(metadata.key, 4), Buffer.of(0x7f, 0xff, 0xff, 0xff, 0)])),
  () => framed(Buffer.concat([flexibleHeader(), varint(0), varint(2 ** 31 - 1)])),
  // As many topics as fit, each with tagged fields of its own.
  () =>
    framed(
      Buffer.concat([
        flexibleHeader(),
        varint(0),
        varint(WIDTH + 1),
        ...Array.from({ length: WIDTH }, emptyTopic),
        Buffer.alloc(4),
      ]),
    ),
];

/** Up to the tagged fields. */
function flexibleHeader(): Buffer {
  return header(metadata.key, metadata.versions.max);
}

function header(key: number, version: number): Buffer {
  const client = Buffer.from('fuzz');
  const bytes = Buffer.alloc(10 + client.length);
  bytes.writeInt16BE(key, 0);
  bytes.writeInt16BE(version, 2);
  bytes.writeInt32BE(7, 4);
  bytes.writeInt16BE(client.length, 8);
  client.copy(bytes, 10);
  return bytes;
}

function emptyTag(tag: number): Buffer {
  return Buffer.concat([varint(tag), varint(0)]);
}

/** No id, no name, and one tagged field that nobody knows. */
function emptyTopic(): Buffer {
  return Buffer.concat([Buffer.alloc(16), varint(0), varint(1), emptyTag(9)]);
}

/** Unsigned. */
function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  return Buffer.from([...bytes, rest]);
}
