// IncrementalAlterConfigs: sets and removes single settings, the others stay.

import { incrementalAlterConfigs, type KafkaError } from '../../protocol/index.ts';
import type { Cluster, RetryScope } from '../cluster.ts';
import { groupBy } from '../topic-partition.ts';
import { answeringNode, type ConfigResource, resourceName, resourceTypeCode } from './config-resource.ts';
import { answered, itemError } from './response-error.ts';

/** With the numbers of the protocol; append and subtract are for settings that are lists. */
const OPERATIONS = { set: 0, delete: 1, append: 2, subtract: 3 } as const;

/** A change of one setting. */
export interface ConfigChange {
  readonly name: string;
  readonly operation: keyof typeof OPERATIONS;
  /** Null for `delete`. */
  readonly value: string | null;
}

/** Changes of the settings of one resource, which are made together. */
export interface ConfigChanges {
  readonly resource: ConfigResource;
  readonly changes: readonly ConfigChange[];
}

/** What became of the changes of one resource: all of them count, or with an error none. */
export interface AlteredConfig {
  readonly resource: ConfigResource;
  readonly error: KafkaError | undefined;
}

/** How `Admin.alterConfigs` goes about it. */
export interface AlterConfigsOptions extends RetryScope {
  readonly validateOnly?: boolean | undefined;
}

export async function alterConfigs(
  cluster: Cluster,
  resources: readonly ConfigChanges[],
  options: AlterConfigsOptions = {},
): Promise<AlteredConfig[]> {
  const byNode = groupBy(resources, ({ resource }) => answeringNode(resource));
  const altered = await Promise.all([...byNode].map(([node, group]) => alterAt(cluster, node, group, options)));
  return altered.flat();
}

function alterAt(
  cluster: Cluster,
  node: number | undefined,
  resources: readonly ConfigChanges[],
  options: AlterConfigsOptions,
): Promise<AlteredConfig[]> {
  const request = {
    resources: resources.map(({ resource, changes }) => ({
      resourceType: resourceTypeCode(resource.type),
      resourceName: resource.name,
      configs: changes.map(({ name, operation, value }) => ({ name, configOperation: OPERATIONS[operation], value })),
    })),
    validateOnly: options.validateOnly ?? false,
  };
  return cluster.retry('alter configs', options, async () => {
    const sending = { signal: options.signal };
    const response =
      node === undefined
        ? await cluster.sendToController(incrementalAlterConfigs, request, sending)
        : await cluster.sendToNode(node, incrementalAlterConfigs, request, sending);
    return resources.map(({ resource }) => {
      const what = `alter the configs of ${resourceName(resource)}`;
      const found = response.responses.find(
        ({ resourceType, resourceName: name }) =>
          resourceType === resourceTypeCode(resource.type) && name === resource.name,
      );
      const { errorCode, errorMessage } = answered(found, what);
      return { resource, error: itemError(errorCode, what, errorMessage) };
    });
  });
}
