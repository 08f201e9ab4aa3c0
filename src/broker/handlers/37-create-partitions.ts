// CreatePartitions: more partitions for topics that exist.

import { createPartitions } from '../../protocol/index.ts';
import { handler } from '../handler.ts';

export const createPartitionsHandler = handler(createPartitions, {
  async handle(request, { services }) {
    const response = await services.metadata.createPartitions(request);
    if (!request.validateOnly) await services.topicCreation.whenUsable(request.timeoutMs);
    return response;
  },
  fail: (request, error) => ({
    results: request.topics.map(({ name }) => ({ name, errorCode: error.errorCode, errorMessage: error.message })),
  }),
});
