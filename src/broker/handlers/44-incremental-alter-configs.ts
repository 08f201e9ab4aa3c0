// IncrementalAlterConfigs (KIP-339): sets, deletes, appends to and subtracts from single settings, and changes the levels of loggers (KIP-412).

import { textsAfterChange } from '../../metadata/index.ts';
import { CONFIG_RESOURCE, incrementalAlterConfigs, KafkaError, type RequestOf } from '../../protocol/index.ts';
import { changeAuthorizedConfigs } from '../config-authorization.ts';
import { handler, type RequestContext } from '../handler.ts';
import { asKafkaError } from '../kafka-error.ts';

type IncrementalAlterConfigsRequest = RequestOf<typeof incrementalAlterConfigs>;
type Resource = IncrementalAlterConfigsRequest['resources'][number];

export const incrementalAlterConfigsHandler = handler(incrementalAlterConfigs, {
  handle: (request, context) =>
    changeAuthorizedConfigs(
      request.resources,
      context,
      (resource) => textsAfter(resource, context),
      (resources) => change({ ...request, resources }, context),
    ),
  fail: (request, error) => ({ responses: request.resources.map((resource) => result(resource, error)) }),
});

function textsAfter({ resourceType: type, resourceName: name, configs }: Resource, { services }: RequestContext) {
  return textsAfterChange(services.metadata.image, { type, name }, configs, services.configSchema);
}

/** Loggers are this node's own; everything else is the cluster's. */
async function change(request: IncrementalAlterConfigsRequest, context: RequestContext) {
  const ofCluster = request.resources.filter((resource) => !isLogger(resource));
  const changed =
    ofCluster.length === 0
      ? []
      : (await context.services.metadata.incrementalAlterConfigs({ ...request, resources: ofCluster })).responses;
  const responses = changed.values();
  return {
    responses: request.resources.flatMap((resource) =>
      isLogger(resource) ? changeLoggers(resource, request, context) : (responses.next().value ?? []),
    ),
  };
}

function changeLoggers(resource: Resource, request: IncrementalAlterConfigsRequest, context: RequestContext) {
  const { loggers, nodeId } = context.services;
  try {
    if (
      request.resources.filter((other) => isLogger(other) && other.resourceName === resource.resourceName).length > 1
    ) {
      throw new KafkaError('INVALID_REQUEST', 'Each resource must appear at most once.');
    }
    if (!/^[+-]?\d+$/.test(resource.resourceName)) {
      throw new KafkaError('INVALID_REQUEST', `Node id must be an integer, but it is: ${resource.resourceName}`);
    }
    if (Number(resource.resourceName) !== nodeId) {
      throw new KafkaError(
        'INVALID_REQUEST',
        `Unexpected node id. Expected ${nodeId}, but received ${resource.resourceName}`,
      );
    }
    loggers.change(resource.configs, request.validateOnly);
    return result(resource);
  } catch (error) {
    return result(resource, asKafkaError(error, context));
  }
}

function isLogger({ resourceType }: Resource): boolean {
  return resourceType === CONFIG_RESOURCE.brokerLogger;
}

function result({ resourceType, resourceName }: Resource, error?: KafkaError) {
  return { errorCode: error?.errorCode ?? 0, errorMessage: error?.message ?? null, resourceType, resourceName };
}
