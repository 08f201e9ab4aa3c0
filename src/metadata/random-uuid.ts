// New ids of topics, directories and incarnations, as Java makes them: 122 random bits.

import type { Random } from '../platform/index.ts';
import { uuidFromBytes } from '../protocol/index.ts';

/** Never one of Kafka's reserved ids, and never one that a command line would take for an option. */
export function randomUuid(random: Random): string {
  for (;;) {
    const bytes = Buffer.from(random.bytes(16));
    bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
    bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
    const uuid = uuidFromBytes(bytes);
    if (!uuid.startsWith('-')) return uuid;
  }
}
