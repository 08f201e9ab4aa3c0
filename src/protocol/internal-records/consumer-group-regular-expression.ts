// The topics that a regular expression of a consumer group's subscription stands for.

import { array, int64, string } from '../schema/field.ts';
import { coordinatorRecord, type KeyOf, type ValueOf } from './coordinator-record.ts';

export const consumerGroupRegularExpressionRecord = coordinatorRecord({
  type: 16,
  name: 'ConsumerGroupRegularExpression',
  versions: '0',
  flexibleVersions: '0+',
  key: {
    groupId: string(),
    regularExpression: string(),
  },
  value: {
    topics: array(string()),
    version: int64(),
    timestamp: int64(),
  },
});

export type ConsumerGroupRegularExpressionKey = KeyOf<typeof consumerGroupRegularExpressionRecord>;
export type ConsumerGroupRegularExpressionValue = ValueOf<typeof consumerGroupRegularExpressionRecord>;
