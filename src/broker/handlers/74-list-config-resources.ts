// ListConfigResources (KIP-1142): what has settings, or may have them.

import { CONFIG_RESOURCE, KafkaError, listConfigResources } from '../../protocol/index.ts';
import { requireCluster } from '../authorization.ts';
import { handler, type RequestContext } from '../handler.ts';

/** In the order of Kafka's answer. */
const ALL_TYPES: readonly number[] = [
  CONFIG_RESOURCE.group,
  CONFIG_RESOURCE.clientMetrics,
  CONFIG_RESOURCE.brokerLogger,
  CONFIG_RESOURCE.broker,
  CONFIG_RESOURCE.topic,
];
/** Before it the request was for client metrics subscriptions only (KIP-714). */
const FIRST_VERSION_WITH_TYPES = 1;

export const listConfigResourcesHandler = handler(listConfigResources, {
  handle(request, context) {
    requireCluster(context, 'describeConfigs');
    const supported = context.apiVersion >= FIRST_VERSION_WITH_TYPES ? ALL_TYPES : [CONFIG_RESOURCE.clientMetrics];
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
    case CONFIG_RESOURCE.topic:
      return [...image.topics.byName.keys()];
    case CONFIG_RESOURCE.broker:
    case CONFIG_RESOURCE.brokerLogger:
      return [String(services.nodeId)];
    default:
      return image.configs.resources(type).map(({ name }) => name);
  }
}
