// CreatePartitions: more partitions for topics that exist.

import { createPartitions } from '../../protocol/index.ts';
import { topicPermissions } from '../authorization.ts';
import { handler } from '../handler.ts';

/** From here on clients know THROTTLING_QUOTA_EXCEEDED. */
const FIRST_VERSION_WITH_STRICT_QUOTA = 3;

export const createPartitionsHandler = handler(createPartitions, {
  async handle(request, context) {
    const { services } = context;
    const response = await services.metadata.createPartitions(
      request,
      topicPermissions(context, FIRST_VERSION_WITH_STRICT_QUOTA),
    );
    if (!request.validateOnly) await services.topicCreation.whenUsable(request.timeoutMs);
    return response;
  },
  fail: (request, error) => ({
    results: request.topics.map(({ name }) => ({ name, errorCode: error.errorCode, errorMessage: error.message })),
  }),
});
