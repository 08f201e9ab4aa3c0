// DescribeConfigs: settings with their values, and where those come from.

import { describeConfigs as describe } from '../../metadata/index.ts';
import { describeConfigs } from '../../protocol/index.ts';
import { handler } from '../handler.ts';

export const describeConfigsHandler = handler(describeConfigs, {
  handle: (request, { services }) =>
    describe(services.metadata.image, request, { schema: services.configSchema, nodeId: services.nodeId }),
  fail: (request, error) => ({
    results: request.resources.map(({ resourceType, resourceName }) => ({
      errorCode: error.errorCode,
      errorMessage: error.message,
      resourceType,
      resourceName,
      configs: [],
    })),
  }),
});
