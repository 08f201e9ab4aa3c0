// Settings as tests change and read them.

import { CONFIG_RESOURCE, describeConfigs, errorName, incrementalAlterConfigs } from '../../protocol/index.ts';
import type { TestClient } from './test-client.ts';

export const OPERATION = { set: 0, delete: 1, append: 2, subtract: 3 } as const;

export interface Change {
  readonly type?: number;
  readonly name: string;
  readonly setting: string;
  readonly value: string | null;
  readonly operation?: number;
}

/** Resolves to the name of the error. */
export async function alter(client: TestClient, change: Change): Promise<string | undefined> {
  const { type = CONFIG_RESOURCE.topic, name, setting, value, operation = OPERATION.set } = change;
  const { responses } = await client.send(incrementalAlterConfigs, 1, {
    resources: [
      { resourceType: type, resourceName: name, configs: [{ name: setting, value, configOperation: operation }] },
    ],
    validateOnly: false,
  });
  return errorName(responses[0]?.errorCode ?? 0);
}

/** The settings of one resource, by name. */
export async function describe(client: TestClient, type: number, name: string, keys: readonly string[] | null = null) {
  const { results } = await client.send(describeConfigs, 4, {
    resources: [{ resourceType: type, resourceName: name, configurationKeys: keys && [...keys] }],
    includeSynonyms: true,
    includeDocumentation: true,
  });
  const [result] = results;
  return {
    code: errorName(result?.errorCode ?? 0),
    configs: new Map(result?.configs.map((config) => [config.name, config])),
  };
}
