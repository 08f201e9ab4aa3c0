// Random ids in Kafka's form.

import type { Random } from '../../platform/index.ts';

/** 16 bytes in base64url, and none that begins with a dash, which command lines take for an option. */
export function randomUuid(random: Random): string {
  for (;;) {
    const bytes = random.bytes(16);
    // Version 4, variant 1, as Kafka's own.
    bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
    bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
    const text = bytes.toString('base64url');
    if (!text.startsWith('-')) return text;
  }
}
