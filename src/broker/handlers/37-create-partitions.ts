// CreatePartitions: more partitions for topics that exist.

import { createPartitions } from '../../protocol/index.ts';
import { topicPermissions } from '../authorization.ts';
import { handler } from '../handler.ts';

export const createPartitionsHandler = handler(createPartitions, {
  async handle(request, context) {
    const { services } = context;
    const response = await services.metadata.createPartitions(request, topicPermissions(context));
    if (!request.validateOnly) await services.topicCreation.whenUsable(request.timeoutMs);
    return response;
  },
  fail: (request, error) => ({
    results: request.topics.map(({ name }) => ({ name, errorCode: error.errorCode, errorMessage: error.message })),
  }),
});
