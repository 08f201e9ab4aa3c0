// DeleteTopics: by name, or from version 6 on by id.

import { deleteTopics, ZERO_UUID } from '../../protocol/index.ts';
import { topicPermissions } from '../authorization.ts';
import { handler } from '../handler.ts';

/** From here on clients know THROTTLING_QUOTA_EXCEEDED. */
const FIRST_VERSION_WITH_STRICT_QUOTA = 5;

export const deleteTopicsHandler = handler(deleteTopics, {
  handle: (request, context) =>
    context.services.metadata.deleteTopics(request, topicPermissions(context, FIRST_VERSION_WITH_STRICT_QUOTA)),
  fail: (request, error) => ({
    responses: [
      ...request.topics,
      // Up to version 5 a topic has nothing but a name.
      ...request.topicNames.map((name) => ({ name, topicId: ZERO_UUID })),
    ].map(({ name, topicId }) => ({ name, topicId, errorCode: error.errorCode, errorMessage: error.message })),
  }),
});
