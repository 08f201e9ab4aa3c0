// ListConfigResources (KIP-1142): what has settings, or may have them.

import { RESOURCE_TYPE } from '../../metadata/index.ts';
import { KafkaError, listConfigResources } from '../../protocol/index.ts';
import { requireCluster } from '../authorization.ts';
import { handler, type RequestContext } from '../handler.ts';

/** In the order of Kafka's answer. */
const ALL_TYPES: readonly number[] = [
  RESOURCE_TYPE.group,
  RESOURCE_TYPE.clientMetrics,
  RESOURCE_TYPE.brokerLogger,
  RESOURCE_TYPE.broker,
  RESOURCE_TYPE.topic,
];
/** Before it the request was for client metrics subscriptions only (KIP-714). */
const FIRST_VERSION_WITH_TYPES = 1;

export const listConfigResourcesHandler = handler(listConfigResources, {
  handle(request, context) {
    requireCluster(context, 'describeConfigs');
    const supported = context.apiVersion >= FIRST_VERSION_WITH_TYPES ? ALL_TYPES : [RESOURCE_TYPE.clientMetrics];
    const types = request.resourceTypes.length === 0 ? supported : request.resourceTypes;
    if (types.some((type) => !supported.includes(type))) throw new KafkaError('UNSUPPORTED_VERSION');
    const configResources = supported
      .filter((type) => types.includes(type))
      .flatMap((resourceType) =>
        namesOf(resourceType, context).map((resourceName) => ({ resourceName, resourceType })),
      );
    return { errorCode: 0, configResources };
  },
  fail: (_request, error) => ({ errorCode: error.errorCode, configResources: [] }),
});

function namesOf(type: number, { services }: RequestContext): string[] {
  const { image } = services.metadata;
  switch (type) {
    case RESOURCE_TYPE.topic:
      return [...image.topics.byName.keys()];
    case RESOURCE_TYPE.broker:
    case RESOURCE_TYPE.brokerLogger:
      return [String(services.nodeId)];
    default:
      return image.configs.resources(type).map(({ name }) => name);
  }
}
