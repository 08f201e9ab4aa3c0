// The requests that change what is not data, each with the words in which the audit log says what it is about. Values of settings, and
// whatever else may be a secret, have none.

import {
  ACL_OPERATION,
  ACL_PATTERN,
  ACL_PERMISSION,
  ACL_RESOURCE,
  type Api,
  alterClientQuotas,
  alterConfigs,
  alterPartitionReassignments,
  alterReplicaLogDirs,
  alterShareGroupOffsets,
  alterUserScramCredentials,
  CONFIG_RESOURCE,
  createAcls,
  createDelegationToken,
  createPartitions,
  createTopics,
  deleteAcls,
  deleteGroups,
  deleteRecords,
  deleteShareGroupOffsets,
  deleteTopics,
  electLeaders,
  expireDelegationToken,
  incrementalAlterConfigs,
  offsetDelete,
  type RequestOf,
  renewDelegationToken,
  unregisterBroker,
  updateFeatures,
} from '../../protocol/index.ts';

type Describe = (request: never) => readonly string[];

/** What a request is about, in a few words for each resource; undefined for an API that administers nothing. */
export function describeAdministration(apiKey: number, request: object): readonly string[] | undefined {
  // Each row takes the requests of its own API only; the type of a mixed table cannot say that.
  return DESCRIBERS.get(apiKey)?.(request as never);
}

const DESCRIBERS: ReadonlyMap<number, Describe> = new Map([
  row(createTopics, ({ topics }) =>
    topics.map(({ name, numPartitions }) => `topic ${name}, ${numPartitions} partitions`),
  ),
  row(deleteTopics, ({ topics, topicNames }) => [
    ...topics.map(({ name, topicId }) => `topic ${name ?? topicId}`),
    ...topicNames.map((name) => `topic ${name}`),
  ]),
  row(createPartitions, ({ topics }) => topics.map(({ name, count }) => `topic ${name}, ${count} partitions`)),
  row(deleteRecords, ({ topics }) => topics.map(({ name }) => `topic ${name}`)),
  row(alterReplicaLogDirs, ({ dirs }) =>
    dirs.flatMap(({ path, topics }) => topics.map(({ name }) => `topic ${name} to ${path}`)),
  ),
  row(alterPartitionReassignments, ({ topics }) => topics.map(({ name }) => `topic ${name}`)),
  row(electLeaders, ({ topicPartitions }) => topicPartitions?.map(({ topic }) => `topic ${topic}`) ?? ['all topics']),
  row(alterConfigs, ({ resources }) => resources.map(describeConfigChange)),
  row(incrementalAlterConfigs, ({ resources }) => resources.map(describeConfigChange)),
  row(createAcls, ({ creations }) =>
    creations.map((rule) =>
      describeRule({
        ...rule,
        type: rule.resourceType,
        name: rule.resourceName,
        patternType: rule.resourcePatternType,
      }),
    ),
  ),
  row(deleteAcls, ({ filters }) =>
    filters.map((filter) =>
      describeRule({
        ...filter,
        principal: filter.principalFilter ?? 'anybody',
        host: filter.hostFilter ?? 'anywhere',
        type: filter.resourceTypeFilter,
        name: filter.resourceNameFilter ?? 'any',
        patternType: filter.patternTypeFilter,
      }),
    ),
  ),
  row(alterClientQuotas, ({ entries }) =>
    entries.map(({ entity, ops }) => {
      const names = entity.map(({ entityType, entityName }) => `${entityType} ${entityName ?? '<default>'}`);
      const changes = ops.map(({ key, value, remove }) => (remove ? `no ${key}` : `${key}=${value}`));
      return `${names.join(', ')}: ${changes.join(', ')}`;
    }),
  ),
  row(alterUserScramCredentials, ({ deletions, upsertions }) => [
    ...deletions.map(({ name }) => `user ${name}: deleted`),
    ...upsertions.map(({ name }) => `user ${name}: set`),
  ]),
  row(createDelegationToken, ({ ownerPrincipalName }) => [`token of ${ownerPrincipalName ?? 'the sender'}`]),
  row(renewDelegationToken, () => ['token']),
  row(expireDelegationToken, () => ['token']),
  row(deleteGroups, ({ groupsNames }) => groupsNames.map((name) => `group ${name}`)),
  row(offsetDelete, ({ groupId, topics }) => topics.map(({ name }) => `group ${groupId}, topic ${name}`)),
  row(alterShareGroupOffsets, ({ groupId, topics }) =>
    topics.map(({ topicName }) => `group ${groupId}, topic ${topicName}`),
  ),
  row(deleteShareGroupOffsets, ({ groupId, topics }) =>
    topics.map(({ topicName }) => `group ${groupId}, topic ${topicName}`),
  ),
  row(updateFeatures, ({ featureUpdates }) =>
    featureUpdates.map(({ feature, maxVersionLevel }) => `feature ${feature} to ${maxVersionLevel}`),
  ),
  row(unregisterBroker, ({ brokerId }) => [`broker ${brokerId}`]),
]);

function row<A extends Api>(api: A, describe: (request: RequestOf<A>) => readonly string[]): [number, Describe] {
  return [api.key, describe as Describe];
}

function describeConfigChange(change: {
  readonly resourceType: number;
  readonly resourceName: string;
  readonly configs: readonly { readonly name: string }[];
}): string {
  const names = change.configs.map(({ name }) => name).join(', ');
  const type = nameOf(CONFIG_RESOURCE, change.resourceType);
  return `${type} ${change.resourceName || '<default>'}: ${names}`;
}

function describeRule(rule: {
  readonly permissionType: number;
  readonly principal: string;
  readonly host: string;
  readonly operation: number;
  readonly type: number;
  readonly name: string;
  readonly patternType: number;
}): string {
  const permission = rule.permissionType === ACL_PERMISSION.allow ? 'allow' : 'deny';
  const operation = nameOf(ACL_OPERATION, rule.operation);
  // Of one name where nothing else is said.
  const pattern = rule.patternType === ACL_PATTERN.literal ? '' : ` (${nameOf(ACL_PATTERN, rule.patternType)})`;
  const resource = `${nameOf(ACL_RESOURCE, rule.type)} ${rule.name}${pattern}`;
  return `${permission} ${rule.principal} from ${rule.host} ${operation} on ${resource}`;
}

function nameOf(table: Readonly<Record<string, number>>, id: number): string {
  return Object.keys(table).find((name) => table[name] === id) ?? String(id);
}
