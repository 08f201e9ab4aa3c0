// The delegation tokens (KIP-48) by their ids, without what makes them secret.

import type { DelegationTokenRecord } from '../../protocol/index.ts';
import { KafkaError } from '../../protocol/index.ts';
import type { MetadataRecord } from '../metadata-record.ts';
import { PersistentMap } from './persistent-map.ts';

/** `owner`, `requester` and `renewers` are principals as text: `User:alice`. Timestamps are milliseconds since 1970. */
export type DelegationToken = Readonly<DelegationTokenRecord>;

export class DelegationTokensImage {
  static readonly empty = new DelegationTokensImage(PersistentMap.empty());

  readonly byId: PersistentMap<DelegationToken>;

  private constructor(byId: PersistentMap<DelegationToken>) {
    this.byId = byId;
  }

  apply(records: Iterable<MetadataRecord>): DelegationTokensImage {
    let { byId } = this;
    for (const record of records) {
      if (record.type === 'DelegationTokenRecord') byId = byId.set(record.value.tokenId, record.value);
      else if (record.type === 'RemoveDelegationTokenRecord') {
        const { tokenId } = record.value;
        if (!byId.has(tokenId)) {
          throw new KafkaError(
            'UNKNOWN_SERVER_ERROR',
            `Cannot apply a metadata record: there is no delegation token ${tokenId}`,
          );
        }
        byId = byId.delete(tokenId);
      }
    }
    return byId === this.byId ? this : new DelegationTokensImage(byId);
  }

  *records(): Generator<MetadataRecord, void, undefined> {
    for (const value of this.byId.values()) yield { type: 'DelegationTokenRecord', value };
  }
}

/** From then on it is worth nothing, also while nobody has removed it. */
export function isTokenExpired({ expirationTimestamp, maxTimestamp }: DelegationToken, nowMs: number): boolean {
  const now = BigInt(Math.floor(nowMs));
  return maxTimestamp < now || expirationTimestamp < now;
}
