// The ids that the coordinator gives to members.

import type { Random } from '../../../platform/index.ts';

/** `prefix`, which tells an operator whose it is, and a random UUID (version 4). */
export function generateMemberId(prefix: string, random: Random): string {
  const bytes = random.bytes(16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  const uuid = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
  return `${prefix}-${uuid}`;
}
