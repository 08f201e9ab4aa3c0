// What the sender of a request may do to which topic, and how much. The broker's authorizer answers; names that it refuses look as Kafka lets them look.

export interface TopicPermissions {
  canCreate(topic: string): boolean;
  canDelete(topic: string): boolean;
  canAlter(topic: string): boolean;
  canDescribe(topic: string): boolean;
  canDescribeConfigs(topic: string): boolean;
  /** Called before so many partitions are created or deleted. Throws THROTTLING_QUOTA_EXCEEDED where the sender has to wait first (KIP-599). */
  countMutations(partitions: number): void;
}

/** For the broker itself, and where no authorizer is configured. */
export const ALL_ALLOWED: TopicPermissions = {
  canCreate: () => true,
  canDelete: () => true,
  canAlter: () => true,
  canDescribe: () => true,
  canDescribeConfigs: () => true,
  countMutations: () => {},
};
