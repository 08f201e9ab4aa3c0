// DescribeConfigs: settings with their values, and where those come from.

import { describeConfigs as describe } from '../../metadata/index.ts';
import { describeConfigs, type KafkaError, type RequestOf } from '../../protocol/index.ts';
import { configRefusal } from '../config-authorization.ts';
import { handler } from '../handler.ts';

type Resource = RequestOf<typeof describeConfigs>['resources'][number];

export const describeConfigsHandler = handler(describeConfigs, {
  handle(request, context) {
    const { metadata, configSchema, nodeId, loggers } = context.services;
    const allowed: Resource[] = [];
    const refused: ReturnType<typeof failure>[] = [];
    for (const resource of request.resources) {
      const { resourceType: type, resourceName: name } = resource;
      const refusal = configRefusal(context, 'describeConfigs', { type, name });
      if (refusal === undefined) allowed.push(resource);
      else refused.push(failure(resource, refusal));
    }
    const asked = { ...request, resources: allowed };
    const described = describe(metadata.image, asked, { schema: configSchema, nodeId, loggers: loggers.levels });
    return { results: [...described.results, ...refused] };
  },
  fail: (request, error) => ({ results: request.resources.map((resource) => failure(resource, error)) }),
});

function failure({ resourceType, resourceName }: Resource, error: KafkaError) {
  return { errorCode: error.errorCode, errorMessage: error.message, resourceType, resourceName, configs: [] };
}
