// The finalized features of the cluster: what ApiVersions tells clients that they may use.

import type { MetadataRecord } from '../metadata-record.ts';

export class FeaturesImage {
  static readonly empty = new FeaturesImage(new Map());

  /** Levels by feature; a feature at level 0 has no entry. */
  readonly levels: ReadonlyMap<string, number>;

  private constructor(levels: ReadonlyMap<string, number>) {
    this.levels = levels;
  }

  apply(records: Iterable<MetadataRecord>): FeaturesImage {
    let levels: Map<string, number> | undefined;
    for (const record of records) {
      if (record.type !== 'FeatureLevelRecord') continue;
      levels ??= new Map(this.levels);
      if (record.value.featureLevel === 0) levels.delete(record.value.name);
      else levels.set(record.value.name, record.value.featureLevel);
    }
    return levels === undefined ? this : new FeaturesImage(levels);
  }

  *records(): Generator<MetadataRecord, void, undefined> {
    for (const [name, featureLevel] of this.levels) yield { type: 'FeatureLevelRecord', value: { name, featureLevel } };
  }
}
