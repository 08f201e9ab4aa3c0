// Deletes topics, by name or from version 6 on by id.

import { api, type RequestOf, type ResponseOf } from '../schema/api.ts';
import { array, int16, int32, string, struct, uuid } from '../schema/field.ts';

export const deleteTopics = api({
  key: 20,
  name: 'DeleteTopics',
  versions: '1-6',
  flexibleVersions: '4+',
  listeners: ['broker', 'controller'],
  request: {
    topics: array(struct({ name: string({ nullable: '6+', default: null }), topicId: uuid() }), { versions: '6+' }),
    topicNames: array(string(), { versions: '0-5', ignorable: true }),
    timeoutMs: int32(),
  },
  response: {
    throttleTimeMs: int32(),
    responses: array(
      struct({
        name: string({ nullable: '6+' }),
        topicId: uuid({ versions: '6+', ignorable: true }),
        errorCode: int16(),
        errorMessage: string({ versions: '5+', nullable: '5+', default: null, ignorable: true }),
      }),
    ),
  },
});

export type DeleteTopicsRequest = RequestOf<typeof deleteTopics>;
export type DeleteTopicsResponse = ResponseOf<typeof deleteTopics>;
