// The producers of a partition, their open transactions, and how appended batches change them.
import type { ProducerEntry } from './producer-entry.ts';
export declare class ProducerStates {
  /** The entry of a producer, undefined when it is unknown or has expired. */
  get(producerId: bigint): ProducerEntry | undefined;
  entries(): Iterable<ProducerEntry>;
  /** First offset of the oldest open transaction; undefined without one. */
  get firstUnstableOffset(): bigint | undefined;
  /** Forgets producers that wrote nothing for their expiration time and have no open transaction. */
  removeExpired(nowMs: number): void;
}
