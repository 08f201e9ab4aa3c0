// Who may see and change the settings of which resource, and the error where he may not.

import type { ConfigResource, ConfigTexts } from '../metadata/index.ts';
import { CONFIG_RESOURCE, KafkaError } from '../protocol/index.ts';
import { isAuthorized, isAuthorizedForCluster } from './authorization.ts';
import type { RequestContext } from './handler.ts';
import { asKafkaError } from './kafka-error.ts';
import { storeChangeRefusal } from './security/store-change-refusal.ts';

/** The error for a resource whose settings the sender may not see or change; undefined where he may. */
export function configRefusal(
  context: RequestContext,
  operation: 'describeConfigs' | 'alterConfigs',
  { type, name }: ConfigResource,
): KafkaError | undefined {
  switch (type) {
    case CONFIG_RESOURCE.topic:
      return isAuthorized(context, operation, 'topic', name) ? undefined : new KafkaError('TOPIC_AUTHORIZATION_FAILED');
    case CONFIG_RESOURCE.group:
      return isAuthorized(context, operation, 'group', name) ? undefined : new KafkaError('GROUP_AUTHORIZATION_FAILED');
    case CONFIG_RESOURCE.broker:
    case CONFIG_RESOURCE.brokerLogger:
    case CONFIG_RESOURCE.clientMetrics:
      return isAuthorizedForCluster(context, operation) ? undefined : new KafkaError('CLUSTER_AUTHORIZATION_FAILED');
    default:
      return new KafkaError('INVALID_REQUEST', `Unexpected resource type ${type} for resource ${name}`);
  }
}

interface Resource {
  readonly resourceType: number;
  readonly resourceName: string;
}

interface Result extends Resource {
  readonly errorCode: number;
  readonly errorMessage: string | null;
}

/**
 * The results of a change of settings, in the order of the request: what the sender may not change, and what would leave a listener
 * without a key, is refused, and `change` gets the rest. `textsAfter`: all that would be set for the resource.
 */
export async function changeAuthorizedConfigs<R extends Resource>(
  resources: readonly R[],
  context: RequestContext,
  textsAfter: (resource: R) => ConfigTexts,
  change: (allowed: R[]) => Promise<{ readonly responses: readonly Result[] }>,
): Promise<{ responses: Result[] }> {
  const refusals = await Promise.all(resources.map((resource) => changeRefusal(resource, context, textsAfter)));
  const { responses } = await change(resources.filter((_resource, index) => refusals[index] === undefined));
  const changed = responses.values();
  return {
    responses: resources.flatMap(({ resourceType, resourceName }, index): Result | Result[] => {
      const refusal = refusals[index];
      if (refusal === undefined) return changed.next().value ?? [];
      return { resourceType, resourceName, errorCode: refusal.errorCode, errorMessage: refusal.message };
    }),
  };
}

function changeRefusal<R extends Resource>(
  resource: R,
  context: RequestContext,
  textsAfter: (resource: R) => ConfigTexts,
): KafkaError | undefined | Promise<KafkaError | undefined> {
  const { resourceType: type, resourceName: name } = resource;
  const refusal = configRefusal(context, 'alterConfigs', { type, name });
  if (refusal !== undefined || type !== CONFIG_RESOURCE.broker) return refusal;
  try {
    return storeChangeRefusal(context, { type, name }, textsAfter(resource));
  } catch (error) {
    return asKafkaError(error, context);
  }
}
