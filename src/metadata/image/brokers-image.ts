// The registered brokers and how to reach them.

import type { BrokerRegistrationChangeRecord, RegisterBrokerRecord } from '../../protocol/index.ts';
import type { MetadataRecord } from '../metadata-record.ts';

/** What a broker said of itself when it registered. Fenced brokers are known and get no leadership. */
export type BrokerImage = Readonly<RegisterBrokerRecord>;

export class BrokersImage {
  static readonly empty = new BrokersImage(new Map());

  readonly byId: ReadonlyMap<number, BrokerImage>;

  private constructor(byId: ReadonlyMap<number, BrokerImage>) {
    this.byId = byId;
  }

  /** Whether partitions may be given to the broker. */
  isActive(brokerId: number): boolean {
    const broker = this.byId.get(brokerId);
    return broker !== undefined && !broker.fenced && !broker.inControlledShutdown;
  }

  /** Whether the broker has a log directory that takes new partitions (KIP-1066). */
  hasOpenDirectory(brokerId: number): boolean {
    const { logDirs = [], cordonedLogDirs } = this.byId.get(brokerId) ?? {};
    return logDirs.length === 0 || logDirs.some((id) => cordonedLogDirs?.includes(id) !== true);
  }

  apply(records: Iterable<MetadataRecord>): BrokersImage {
    let byId: Map<number, BrokerImage> | undefined;
    for (const record of records) {
      switch (record.type) {
        case 'RegisterBrokerRecord':
          byId ??= new Map(this.byId);
          byId.set(record.value.brokerId, record.value);
          break;
        case 'UnregisterBrokerRecord':
          byId ??= new Map(this.byId);
          byId.delete(record.value.brokerId);
          break;
        case 'BrokerRegistrationChangeRecord': {
          byId ??= new Map(this.byId);
          const broker = byId.get(record.value.brokerId);
          if (broker !== undefined) byId.set(broker.brokerId, changedBroker(broker, record.value));
          break;
        }
      }
    }
    return byId === undefined ? this : new BrokersImage(byId);
  }

  *records(): Generator<MetadataRecord, void, undefined> {
    for (const broker of this.byId.values()) yield { type: 'RegisterBrokerRecord', value: broker };
  }
}

function changedBroker(broker: BrokerImage, change: BrokerRegistrationChangeRecord): BrokerImage {
  return {
    ...broker,
    fenced: change.fenced === 0 ? broker.fenced : change.fenced === 1,
    inControlledShutdown: broker.inControlledShutdown || change.inControlledShutdown === 1,
    logDirs: change.logDirs.length > 0 ? change.logDirs : broker.logDirs,
    cordonedLogDirs: change.cordonedLogDirs ?? broker.cordonedLogDirs,
  };
}
