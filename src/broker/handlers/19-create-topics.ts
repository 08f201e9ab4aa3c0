// CreateTopics: answered when the topics can be used, or at the request's timeout.

import { createTopics } from '../../protocol/index.ts';
import { topicPermissions } from '../authorization.ts';
import { handler } from '../handler.ts';

/** From here on clients know THROTTLING_QUOTA_EXCEEDED. */
const FIRST_VERSION_WITH_STRICT_QUOTA = 6;

export const createTopicsHandler = handler(createTopics, {
  async handle(request, context) {
    const { services } = context;
    const response = await services.metadata.createTopics(
      request,
      topicPermissions(context, FIRST_VERSION_WITH_STRICT_QUOTA),
    );
    if (!request.validateOnly) await services.topicCreation.whenUsable(request.timeoutMs);
    return response;
  },
  fail: (request, error) => ({
    topics: request.topics.map(({ name }) => ({ name, errorCode: error.errorCode, errorMessage: error.message })),
  }),
});
