// Who a consumer is in its group, for offsets that are committed on its behalf.

/**
 * What a transaction needs to commit offsets for a member: a member that was replaced meanwhile is refused (KIP-447). `Consumer.groupMetadata`
 * gives it.
 */
export interface ConsumerGroupMetadata {
  readonly groupId: string;
  /** -1 for a consumer that assigns its partitions itself. */
  readonly generationId: number;
  /** Empty for a consumer that assigns its partitions itself. */
  readonly memberId: string;
  readonly groupInstanceId: string | null;
}
