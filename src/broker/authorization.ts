// What the sender of a request may do. Handlers ask here; without an authorizer everything is allowed.

import { CLUSTER_NAME, type TopicPermissions } from '../metadata/index.ts';
import { ACL_OPERATION, ACL_RESOURCE, KafkaError } from '../protocol/index.ts';
import type { RequestContext } from './handler.ts';
import { principalText } from './principal.ts';
import { countMutations } from './quotas/count-mutations.ts';

export type OperationName = Exclude<keyof typeof ACL_OPERATION, 'any' | 'all'>;
export type ResourceName = Exclude<keyof typeof ACL_RESOURCE, 'any'>;

/** Which operations there are on each type of resource, in the bit fields of answers (KIP-430). */
const SUPPORTED: Readonly<Record<ResourceName, readonly OperationName[]>> = {
  topic: ['read', 'write', 'create', 'describe', 'delete', 'alter', 'describeConfigs', 'alterConfigs'],
  group: ['read', 'describe', 'delete', 'describeConfigs', 'alterConfigs'],
  cluster: ['create', 'clusterAction', 'describeConfigs', 'alterConfigs', 'idempotentWrite', 'alter', 'describe'],
  transactionalId: ['describe', 'write', 'twoPhaseCommit'],
  delegationToken: ['describe'],
  user: ['createTokens', 'describeTokens'],
};

/** Whether a request that names the resource may go on. A refusal is logged for audits. */
export function isAuthorized(
  context: RequestContext,
  operation: OperationName,
  resource: ResourceName,
  name: string,
): boolean {
  if (mayDo(context, operation, resource, name)) return true;
  context.services.audit.denied(context, operation, resource, name);
  return false;
}

/** The same where the client has not named the resource: what it may not see is left out without a word. */
export function mayDo(
  { services, principal, connection }: RequestContext,
  operation: OperationName,
  resource: ResourceName,
  name: string,
): boolean {
  const { authorizer } = services;
  if (authorizer === undefined) return true;
  return authorizer.isAllowed({
    principal: principalText(principal),
    host: connection.host,
    operation: ACL_OPERATION[operation],
    resourceType: ACL_RESOURCE[resource],
    resourceName: name,
  });
}

/** Whether the sender may do it to any resource of the type at all. */
export function mayDoSomewhere(context: RequestContext, operation: OperationName, resource: ResourceName): boolean {
  const { authorizer } = context.services;
  if (authorizer === undefined) return true;
  return authorizer.isAllowedSomewhere({
    principal: principalText(context.principal),
    host: context.connection.host,
    operation: ACL_OPERATION[operation],
    resourceType: ACL_RESOURCE[resource],
  });
}

export function isAuthorizedForCluster(context: RequestContext, operation: OperationName): boolean {
  return isAuthorized(context, operation, 'cluster', CLUSTER_NAME);
}

/** Throws CLUSTER_AUTHORIZATION_FAILED. */
export function requireCluster(context: RequestContext, operation: OperationName): void {
  if (!isAuthorizedForCluster(context, operation)) throw new KafkaError('CLUSTER_AUTHORIZATION_FAILED');
}

/** Throws GROUP_AUTHORIZATION_FAILED. */
export function requireGroup(context: RequestContext, operation: OperationName, groupId: string): void {
  if (!isAuthorized(context, operation, 'group', groupId)) throw new KafkaError('GROUP_AUTHORIZATION_FAILED');
}

/** Throws TOPIC_AUTHORIZATION_FAILED. */
export function requireTopic(context: RequestContext, operation: OperationName, topic: string): void {
  if (!isAuthorized(context, operation, 'topic', topic)) throw new KafkaError('TOPIC_AUTHORIZATION_FAILED');
}

/** The bit field of what the sender may do to the resource. */
export function authorizedOperations(context: RequestContext, resource: ResourceName, name: string): number {
  return SUPPORTED[resource]
    .filter((operation) => mayDo(context, operation, resource, name))
    .reduce((bits, operation) => bits | (1 << ACL_OPERATION[operation]), 0);
}

/** The bit field for the cluster; nothing where the sender may not describe it. */
export function describableClusterOperations(context: RequestContext): number {
  return isAuthorizedForCluster(context, 'describe') ? authorizedOperations(context, 'cluster', CLUSTER_NAME) : 0;
}

/** Whether the topic may be created, by a rule about the cluster or about the topic. */
export function mayCreateTopic(context: RequestContext, topic: string): boolean {
  return mayDo(context, 'create', 'cluster', CLUSTER_NAME) || isAuthorized(context, 'create', 'topic', topic);
}

/**
 * For the metadata, which knows topics and no senders. Clients before `firstStrictVersion` do not know THROTTLING_QUOTA_EXCEEDED: what they want is
 * done, and they rest afterwards.
 */
export function topicPermissions(context: RequestContext, firstStrictVersion: number): TopicPermissions {
  return {
    countMutations: (partitions) => countMutations(context, partitions, context.apiVersion >= firstStrictVersion),
    canCreate: (topic) => mayCreateTopic(context, topic),
    canDelete: (topic) => isAuthorized(context, 'delete', 'topic', topic),
    canAlter: (topic) => isAuthorized(context, 'alter', 'topic', topic),
    canDescribe: (topic) => isAuthorized(context, 'describe', 'topic', topic),
    canDescribeConfigs: (topic) => mayDo(context, 'describeConfigs', 'topic', topic),
  };
}
