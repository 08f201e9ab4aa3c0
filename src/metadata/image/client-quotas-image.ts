// The quotas of users, client ids and addresses (KIP-546).

import type { MetadataRecord } from '../metadata-record.ts';
import { type EntityParts, entityKey } from '../quotas/quota-entity.ts';
import { PersistentMap } from './persistent-map.ts';

export interface QuotaEntity {
  readonly entity: EntityParts;
  /** By the quota's key: `producer_byte_rate` ... */
  readonly values: Readonly<Record<string, number>>;
}

export class ClientQuotasImage {
  static readonly empty = new ClientQuotasImage(PersistentMap.empty());

  readonly byEntity: PersistentMap<QuotaEntity>;

  private constructor(byEntity: PersistentMap<QuotaEntity>) {
    this.byEntity = byEntity;
  }

  of(entity: EntityParts): Readonly<Record<string, number>> | undefined {
    return this.byEntity.get(entityKey(entity))?.values;
  }

  apply(records: Iterable<MetadataRecord>): ClientQuotasImage {
    let { byEntity } = this;
    for (const record of records) {
      if (record.type !== 'ClientQuotaRecord') continue;
      const { entity, key, value, remove } = record.value;
      const entry = entityKey(entity);
      const values = { ...byEntity.get(entry)?.values };
      if (remove) delete values[key];
      else values[key] = value;
      byEntity = Object.keys(values).length === 0 ? byEntity.delete(entry) : byEntity.set(entry, { entity, values });
    }
    return byEntity === this.byEntity ? this : new ClientQuotasImage(byEntity);
  }

  *records(): Generator<MetadataRecord, void, undefined> {
    for (const { entity, values } of this.byEntity.values()) {
      for (const [key, value] of Object.entries(values)) {
        const parts = entity.map((part) => ({ ...part }));
        yield { type: 'ClientQuotaRecord', value: { entity: parts, key, value, remove: false } };
      }
    }
  }
}
