// Not every group commits offsets: share groups stand elsewhere.

import { KafkaError } from '../../../protocol/index.ts';
import type { Group } from '../group.ts';

export function notForOffsets({ groupId }: Group): KafkaError {
  return new KafkaError('GROUP_ID_NOT_FOUND', `Group ${groupId} is not a consumer group.`);
}
