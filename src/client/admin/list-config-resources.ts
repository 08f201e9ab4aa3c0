// ListConfigResources (KIP-1142): what has settings of its own.

import { listConfigResources as listApi } from '../../protocol/index.ts';
import type { Cluster, RetryScope } from '../cluster.ts';
import { type ConfigResource, type ConfigResourceType, resourceTypeCode, resourceTypeOf } from './config-resource.ts';
import { throwResponseError } from './response-error.ts';

/** Of these types or, without them, of all. Brokers before Kafka 4.1 tell of `client-metrics` only. */
export function listConfigResources(
  cluster: Cluster,
  types: readonly ConfigResourceType[] = [],
  options: RetryScope = {},
): Promise<ConfigResource[]> {
  return cluster.retry('list config resources', options, async () => {
    const response = await cluster.sendToAny(
      listApi,
      (version) => (version >= 1 ? { resourceTypes: types.map(resourceTypeCode) } : {}),
      { signal: options.signal },
    );
    throwResponseError(response.errorCode, 'list config resources');
    return response.configResources.flatMap(({ resourceName, resourceType }) => {
      const type = resourceTypeOf(resourceType);
      const isAsked = type !== undefined && (types.length === 0 || types.includes(type));
      return isAsked ? [{ type, name: resourceName }] : [];
    });
  });
}
