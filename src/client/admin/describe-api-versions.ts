// ApiVersions of one broker: what it serves, and its features.

import { apiVersions } from '../../protocol/index.ts';
import type { Cluster, RetryScope } from '../cluster.ts';
import { SOFTWARE } from '../software.ts';
import { type FeatureLevels, readFeatures } from './features.ts';
import { throwResponseError } from './response-error.ts';

/** An API with its versions, the first and the last. */
export interface ServedApi {
  readonly apiKey: number;
  readonly minVersion: number;
  readonly maxVersion: number;
}

/** What one broker serves. */
export interface DescribedVersions {
  readonly apis: readonly ServedApi[];
  readonly features: readonly FeatureLevels[];
}

export function describeApiVersions(
  cluster: Cluster,
  nodeId: number,
  options: RetryScope = {},
): Promise<DescribedVersions> {
  return cluster.retry(`ask broker ${nodeId} for its versions`, options, async () => {
    const connection = await cluster.connection(nodeId, 'general', options.signal);
    const response = await connection.send(apiVersions, SOFTWARE, { signal: options.signal });
    throwResponseError(response.errorCode, `ask broker ${nodeId} for its versions`);
    return {
      apis: response.apiKeys
        .map(({ apiKey, minVersion, maxVersion }) => ({ apiKey, minVersion, maxVersion }))
        .sort((left, right) => left.apiKey - right.apiKey),
      features: readFeatures(response),
    };
  });
}
