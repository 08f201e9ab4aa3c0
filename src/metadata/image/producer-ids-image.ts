// Where the next block of producer ids begins.

import type { MetadataRecord } from '../metadata-record.ts';

export class ProducerIdsImage {
  static readonly empty = new ProducerIdsImage(0n);

  readonly nextProducerId: bigint;

  private constructor(nextProducerId: bigint) {
    this.nextProducerId = nextProducerId;
  }

  apply(records: Iterable<MetadataRecord>): ProducerIdsImage {
    let next = this.nextProducerId;
    for (const record of records) {
      if (record.type === 'ProducerIdsRecord') next = record.value.nextProducerId;
    }
    return next === this.nextProducerId ? this : new ProducerIdsImage(next);
  }

  *records(): Generator<MetadataRecord, void, undefined> {
    if (this.nextProducerId === 0n) return;
    // A snapshot does not remember who got the last block.
    const value = { brokerId: -1, brokerEpoch: -1n, nextProducerId: this.nextProducerId };
    yield { type: 'ProducerIdsRecord', value };
  }
}
