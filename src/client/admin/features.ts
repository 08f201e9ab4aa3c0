// Levels of features on which a whole cluster has agreed (KIP-584): what there are, and other levels.

import { type ApiVersionsResponse, apiVersions, updateFeatures as updateApi } from '../../protocol/index.ts';
import type { Cluster, RetryScope } from '../cluster.ts';
import { SOFTWARE } from '../software.ts';
import { throwResponseError } from './response-error.ts';

const UPGRADE_TYPES = { upgrade: 1, 'safe-downgrade': 2, 'unsafe-downgrade': 3 } as const;

/** Which levels of a feature a broker can do, and which one is in force. */
export interface FeatureLevels {
  readonly name: string;
  readonly minLevel: number;
  readonly maxLevel: number;
  /** What the cluster has agreed on; undefined when it has not. */
  readonly finalizedLevel: number | undefined;
}

/** A new level of one feature. */
export interface FeatureUpdate {
  readonly name: string;
  /** 0 takes the feature away, which is a downgrade. */
  readonly level: number;
  /** An unsafe downgrade may lose what the lower level cannot keep. Default `upgrade`. */
  readonly type?: keyof typeof UPGRADE_TYPES | undefined;
}

/** How `Admin.updateFeatures` goes about it. */
export interface UpdateFeaturesOptions extends RetryScope {
  /** Check only, change nothing. */
  readonly validateOnly?: boolean | undefined;
}

export function describeFeatures(cluster: Cluster, options: RetryScope = {}): Promise<FeatureLevels[]> {
  return cluster.retry('describe features', options, async () => {
    const response = await cluster.sendToAny(apiVersions, SOFTWARE, { signal: options.signal });
    throwResponseError(response.errorCode, 'describe features');
    return readFeatures(response);
  });
}

/** All of the updates or none of them: rejects with the reason of the first that cannot be made. */
export function updateFeatures(
  cluster: Cluster,
  updates: readonly FeatureUpdate[],
  options: UpdateFeaturesOptions = {},
): Promise<void> {
  const { validateOnly = false, signal } = options;
  return cluster.retry('update features', options, async (remainingMs) => {
    const response = await cluster.sendToController(
      updateApi,
      (version) => ({
        timeoutMs: Math.ceil(remainingMs),
        featureUpdates: updates.map(({ name, level, type = 'upgrade' }) => ({
          feature: name,
          maxVersionLevel: level,
          ...(version === 0 ? { allowDowngrade: type !== 'upgrade' } : { upgradeType: UPGRADE_TYPES[type] }),
        })),
        ...(version >= 1 && { validateOnly }),
      }),
      { signal },
    );
    throwResponseError(response.errorCode, 'update features', response.errorMessage);
    for (const { feature, errorCode, errorMessage } of response.results)
      throwResponseError(errorCode, `update feature ${feature}`, errorMessage);
  });
}

export function readFeatures(response: ApiVersionsResponse): FeatureLevels[] {
  const finalized = new Map(response.finalizedFeatures.map(({ name, maxVersionLevel }) => [name, maxVersionLevel]));
  return response.supportedFeatures.map(({ name, minVersion, maxVersion }) => ({
    name,
    minLevel: minVersion,
    maxLevel: maxVersion,
    finalizedLevel: finalized.get(name),
  }));
}
