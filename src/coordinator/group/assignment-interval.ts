// How often the assignment of a group is computed. The time of the last one is kept with the group, so that it is of the wall clock.

/**
 * Whether the assignment interval (ms, 0: none) forbids to compute anew an assignment that was computed at `assignedMs` (0: never). One from
 * the future does not count: the clock was set back, and the group must not wait until it is there again.
 */
export function isAssignedTooRecently(assignedMs: bigint, intervalMs: number, nowMs: number): boolean {
  if (assignedMs === 0n) return false;
  const ageMs = BigInt(nowMs) - assignedMs;
  return ageMs >= 0n && ageMs < BigInt(intervalMs);
}
