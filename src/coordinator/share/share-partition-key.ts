// A share partition: one partition of a topic, as one share group consumes it.

import { KafkaError } from '../../protocol/index.ts';

export interface SharePartitionKey {
  readonly groupId: string;
  readonly topicId: string;
  readonly partition: number;
}

/** As FindCoordinator names it. Its hash decides which partition of the topic keeps the state. */
export function sharePartitionText({ groupId, topicId, partition }: SharePartitionKey): string {
  return `${groupId}:${topicId}:${partition}`;
}

/** Throws INVALID_REQUEST for a text that names no share partition. */
export function requireSharePartitionText(text: string): void {
  const match = /^(.*):([^:]+):(-?\d+)$/s.exec(text);
  const [, groupId = '', topicId = ''] = match ?? [];
  if (groupId.trim() !== '' && Buffer.from(topicId, 'base64url').length === 16) return;
  throw new KafkaError('INVALID_REQUEST', `Invalid key format: expected - groupId:topicId:partition, found - ${text}`);
}
