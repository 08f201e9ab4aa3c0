// Mistakes in bytes, for tests of what reads them.

import type { Random } from '../../platform/index.ts';

const EXTREMES = [-1, 0, 1, 127, 128, 255, 2 ** 15 - 1, 2 ** 31 - 1, -(2 ** 31)];

/** Bytes with one to four mistakes, anywhere. */
export function damage(bytes: Buffer, random: Random): Buffer {
  let damaged = Buffer.from(bytes);
  for (let mistakes = 1 + random.integer(4); mistakes > 0; mistakes--) {
    const position = random.integer(damaged.length + 1);
    // Mistakes in the length itself are seldom: they hide all others.
    const inBody = Math.max(position, Math.min(4, damaged.length - 4));
    switch (random.integer(7)) {
      case 0:
        damaged = Buffer.from(damaged.subarray(0, position));
        break;
      case 1:
        damaged = Buffer.concat([
          damaged.subarray(0, inBody),
          random.bytes(1 + random.integer(20)),
          damaged.subarray(inBody),
        ]);
        break;
      case 2:
        damaged = Buffer.concat([damaged.subarray(0, inBody), damaged.subarray(inBody + 1 + random.integer(8))]);
        break;
      case 3:
        if (inBody >= 0 && inBody + 4 <= damaged.length) damaged.writeInt32BE(pick(EXTREMES, random), inBody);
        break;
      case 4:
        damaged = Buffer.concat([damaged, random.bytes(random.integer(100))]);
        break;
      default:
        if (inBody >= 0 && inBody < damaged.length) damaged[inBody] = random.integer(256);
    }
  }
  return damaged;
}

/** The frame with its length before it. */
export function framed(frame: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(frame.length);
  return Buffer.concat([length, frame]);
}

export function pick<T>(items: readonly T[], random: Random): T {
  return items[random.integer(items.length)] as T;
}
