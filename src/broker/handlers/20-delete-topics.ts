// DeleteTopics: by name, or from version 6 on by id.

import { deleteTopics, ZERO_UUID } from '../../protocol/index.ts';
import { topicPermissions } from '../authorization.ts';
import { handler } from '../handler.ts';

/** From here on the request names topics in a structure of their own. */
const FIRST_VERSION_WITH_TOPIC_IDS = 6;

export const deleteTopicsHandler = handler(deleteTopics, {
  handle: (request, context) =>
    context.services.metadata.deleteTopics(asNewest(request, context.apiVersion), topicPermissions(context)),
  fail: (request, error, { apiVersion }) => ({
    responses: asNewest(request, apiVersion).topics.map(({ name, topicId }) => ({
      name,
      topicId,
      errorCode: error.errorCode,
      errorMessage: error.message,
    })),
  }),
});

function asNewest<R extends { topics: { name: string | null; topicId: string }[]; topicNames: string[] }>(
  request: R,
  apiVersion: number,
): R {
  if (apiVersion >= FIRST_VERSION_WITH_TOPIC_IDS) return request;
  return { ...request, topics: request.topicNames.map((name) => ({ name, topicId: ZERO_UUID })) };
}
