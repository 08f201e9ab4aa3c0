// What the clients of a run asked for and were told: the model that checkers hold the broker against.

export type Acks = 'all' | 1 | 0;

export interface SentRecord {
  /** Unique in the run. */
  readonly value: string;
  readonly producer: string;
  /** The order of sends within one producer. */
  readonly number: number;
  /**
   * Where it may be: the topic that it was sent to, and every one that got the same name before its answer came. Only with one of them is
   * it known where an acknowledged record is.
   */
  readonly topics: TopicHistory[];
  readonly partition: number;
  readonly acks: Acks;
  readonly isIdempotent: boolean;
  /** ms since the start of the run. */
  readonly sentAtMs: number;
  /** What the record itself says, ms since 1970. */
  readonly timestampMs: number;
  isAnswered: boolean;
  /** Known once it is acknowledged. */
  offset: bigint | undefined;
  /** Acknowledged in a way that outlives what has happened since. */
  isPromised: boolean;
}

/** A topic from its creation to its deletion; one that is created later is another, whatever its name. */
export interface TopicHistory {
  readonly name: string;
  readonly partitions: number;
  /** `creating` and `deleting`: asked for, and not answered yet, or with an error. */
  state: 'creating' | 'live' | 'deleting' | 'deleted';
  /** The settings as last acknowledged, and what was asked for since. */
  readonly configs: Map<string, { acknowledged: string | undefined; asked: Set<string> }>;
  /** By partition: below it records may have been deleted on request. */
  readonly deletedBelow: Map<number, bigint>;
  /** By partition: offsets of batches that changed on the disk by themselves. */
  readonly damaged: Map<
    number,
    readonly { readonly position: number; readonly first: bigint; readonly last: bigint }[]
  >;
  /** Old segments may go on their own, whatever they hold. */
  readonly hasRetentionBytes: boolean;
  /** Segments may go once all of their records are older than that. */
  readonly retentionMs: number | undefined;
}

export interface CommitHistory {
  readonly group: string;
  readonly topic: TopicHistory;
  readonly partition: number;
  acknowledged: bigint | undefined;
  /** The largest one that was asked for. */
  asked: bigint;
}

export const TRANSACTIONS_TOPIC = 'transactions';
export const TRANSACTIONS_GROUP = 'transactions';
export const TRANSACTIONS_PARTITIONS = 3;

export const COPY_SOURCE = 'copy-source';
export const COPY_TARGET = 'copy-target';

export interface TransactionHistory {
  /** In the order of their beginnings. */
  readonly number: number;
  outcome: 'unknown' | 'committed' | 'aborted';
}

export const KEYED_TOPIC = 'keyed';
/** Of its records: their place in `overwrites`, because a tombstone has no value to tell it. */
export const NUMBER_HEADER = 'number';

export interface Overwrite {
  readonly key: string;
  readonly isTombstone: boolean;
  /** Known once it is acknowledged. */
  offset: bigint | undefined;
}

export class History {
  readonly records = new Map<string, SentRecord>();
  /** By name: the newest of each. */
  readonly topics = new Map<string, TopicHistory>();
  /** By group and partition: of the newest topic of each name. */
  readonly commits = new Map<string, CommitHistory>();
  /** One after the other. */
  readonly transactions: TransactionHistory[] = [];
  /** Of one producer, in the order of its sends. */
  readonly overwrites: Overwrite[] = [];
  /** The latest wall time that a broker was ever told: its clock may have been set back since. */
  #latestBrokerMs = 0;

  get liveTopics(): TopicHistory[] {
    return [...this.topics.values()].filter(({ state }) => state === 'live');
  }

  /** A topic is asked for. */
  create(topic: TopicHistory): void {
    const before = this.topics.get(topic.name);
    this.topics.set(topic.name, topic);
    if (before === undefined) return;
    for (const { topics, isAnswered } of this.records.values())
      if (!isAnswered && topics.includes(before)) topics.push(topic);
  }

  send(record: Omit<SentRecord, 'topics' | 'isAnswered' | 'offset' | 'isPromised'>, topic: TopicHistory): SentRecord {
    const sent: SentRecord = { ...record, topics: [topic], isAnswered: false, offset: undefined, isPromised: false };
    this.records.set(sent.value, sent);
    return sent;
  }

  acknowledge(record: SentRecord, offset: bigint): void {
    record.isAnswered = true;
    if (record.acks === 0) return;
    record.offset = offset;
    record.isPromised = record.topics.length === 1;
  }

  /** What was acknowledged to be in this partition, and has to be there whatever happened since. */
  promisedIn(topic: TopicHistory, partition: number): SentRecord[] {
    return [...this.records.values()].filter(
      (record) => record.isPromised && record.partition === partition && record.topics.includes(topic),
    );
  }

  /** A broker is told that time by its clock. */
  tellBroker(nowMs: number): void {
    this.#latestBrokerMs = Math.max(this.#latestBrokerMs, nowMs);
  }

  isDamaged({ damaged }: TopicHistory, partition: number, offset: bigint): boolean {
    return damaged.get(partition)?.some(({ first, last }) => first <= offset && offset <= last) === true;
  }

  /** Whether the broker may have done away with what was at the offset. */
  mayBeTrimmed(topic: TopicHistory, partition: number, offset: bigint): boolean {
    const { hasRetentionBytes, retentionMs, deletedBelow } = topic;
    if (this.isDamaged(topic, partition, offset)) return true;
    if (hasRetentionBytes || offset < (deletedBelow.get(partition) ?? 0n)) return true;
    if (retentionMs === undefined) return false;
    const record = this.promisedIn(topic, partition).find((promised) => promised.offset === offset);
    return record === undefined || this.#latestBrokerMs - record.timestampMs > retentionMs;
  }

  /** What was only in the page cache is promised no longer. */
  cutPower(): void {
    for (const record of this.records.values()) if (record.acks !== 'all') record.isPromised = false;
  }

  commit(group: string, topic: TopicHistory, partition: number): CommitHistory {
    const key = `${group}/${topic.name}-${partition}`;
    const before = this.commits.get(key);
    if (before?.topic === topic) return before;
    // One that was meant for the topic before may still arrive.
    const commit = { group, topic, partition, acknowledged: undefined, asked: before?.asked ?? -1n };
    this.commits.set(key, commit);
    return commit;
  }
}
