// Which versions of an API this broker serves: all that Kafka knows, but not one that may still change.

import type { Api } from '../protocol/index.ts';

export interface ServedVersions {
  readonly min: number;
  readonly max: number;
}

export function servedVersions({ versions, latestVersionUnstable }: Api): ServedVersions {
  return { min: versions.min, max: latestVersionUnstable ? versions.max - 1 : versions.max };
}
