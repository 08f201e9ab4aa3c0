// What the leader of a classic group gives each consumer: partitions, user data.

import { array, bytes, int32, string, struct } from '../schema/field.ts';
import { type MessageOf, message } from '../schema/message.ts';

export const consumerProtocolAssignment = message({
  name: 'ConsumerProtocolAssignment',
  versions: '0-3',
  fields: {
    assignedPartitions: array(struct({ topic: string(), partitions: array(int32()) })),
    userData: bytes({ nullable: '0+', default: null }),
  },
});

export type ConsumerProtocolAssignment = MessageOf<typeof consumerProtocolAssignment>;
