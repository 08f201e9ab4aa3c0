// What the clients of a run asked for and were told: the model that checkers hold the broker against.

export type Acks = 'all' | 1 | 0;

export interface SentRecord {
  /** Unique in the run. */
  readonly value: string;
  readonly producer: string;
  /** The order of sends within one producer. */
  readonly number: number;
  readonly topic: string;
  readonly partition: number;
  readonly acks: Acks;
  readonly isIdempotent: boolean;
  /** Known once it is acknowledged. */
  offset: bigint | undefined;
  /** Acknowledged in a way that outlives what has happened since. */
  isPromised: boolean;
}

export interface TopicHistory {
  readonly name: string;
  readonly partitions: number;
  /** `creating` and `deleting`: asked for, and not answered yet, or with an error. */
  state: 'creating' | 'live' | 'deleting' | 'deleted';
  /** The settings as last acknowledged, and what was asked for since. */
  readonly configs: Map<string, { acknowledged: string | undefined; asked: Set<string> }>;
  /** By partition: below it records may have been deleted on request. */
  readonly deletedBelow: Map<number, bigint>;
  /** Old segments may go on their own. */
  hasRetention: boolean;
}

export interface CommitHistory {
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
  acknowledged: bigint | undefined;
  /** The last one that was asked for. */
  asked: bigint;
}

export class History {
  readonly records = new Map<string, SentRecord>();
  readonly topics = new Map<string, TopicHistory>();
  readonly commits = new Map<string, CommitHistory>();

  get liveTopics(): TopicHistory[] {
    return [...this.topics.values()].filter(({ state }) => state === 'live');
  }

  send(record: Omit<SentRecord, 'offset' | 'isPromised'>): SentRecord {
    const sent: SentRecord = { ...record, offset: undefined, isPromised: false };
    this.records.set(sent.value, sent);
    return sent;
  }

  acknowledge(record: SentRecord, offset: bigint): void {
    if (record.acks === 0) return;
    record.offset = offset;
    record.isPromised = true;
  }

  /** What was only in the page cache is promised no longer. */
  cutPower(): void {
    for (const record of this.records.values()) if (record.acks !== 'all') record.isPromised = false;
  }

  commit(group: string, topic: string, partition: number): CommitHistory {
    const key = `${group}/${topic}-${partition}`;
    let commit = this.commits.get(key);
    if (commit === undefined) {
      commit = { group, topic, partition, acknowledged: undefined, asked: -1n };
      this.commits.set(key, commit);
    }
    return commit;
  }

  mayBeTrimmed(topic: string, partition: number, offset: bigint): boolean {
    const known = this.topics.get(topic);
    if (known === undefined) return false;
    return known.hasRetention || offset < (known.deletedBelow.get(partition) ?? 0n);
  }
}
