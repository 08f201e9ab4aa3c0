// Which partition of an internal topic keeps the state of a group, transactional id or share group. Clients of other brokers and
// tools compute the same, so it must be Java's string hash.

/** Kafka's `Utils.abs(key.hashCode()) % partitions`. */
export function partitionFor(key: string, partitions: number): number {
  let hash = 0;
  for (let index = 0; index < key.length; index++) hash = (Math.imul(hash, 31) + key.charCodeAt(index)) | 0;
  // Kafka's abs of the smallest int is 0, since that has no positive counterpart in 32 bits.
  const absolute = hash === -(2 ** 31) ? 0 : Math.abs(hash);
  return absolute % partitions;
}
