// What a consumer sends to the leader of its classic group: topics, owned partitions, user data (KIP-429, KIP-792,
// KIP-881).

import { array, bytes, int32, string, struct } from '../schema/field.ts';
import { type MessageOf, message } from '../schema/message.ts';

export const consumerProtocolSubscription = message({
  name: 'ConsumerProtocolSubscription',
  versions: '0-3',
  fields: {
    topics: array(string()),
    userData: bytes({ nullable: '0+', default: null }),
    ownedPartitions: array(struct({ topic: string(), partitions: array(int32()) }), {
      versions: '1+',
      ignorable: true,
    }),
    generationId: int32({ versions: '2+', default: -1, ignorable: true }),
    rackId: string({ versions: '3+', nullable: '3+', default: null, ignorable: true }),
  },
});

export type ConsumerProtocolSubscription = MessageOf<typeof consumerProtocolSubscription>;
