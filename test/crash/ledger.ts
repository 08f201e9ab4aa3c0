// What producers were told about their records, and the check that a log keeps it: every acknowledged record is there, at its offset, the records
// of an idempotent producer once and in order, and nothing is there that nobody sent.

import assert from 'node:assert/strict';
import type { Admin } from '../../src/client/index.ts';
import { readTopic } from '../support/read-topic.ts';

export interface SentRecord {
  readonly producer: string;
  readonly partition: number;
  /** Counts the records of this producer in this partition. */
  readonly sequence: number;
  /** Whether a repetition is a fault. */
  readonly isIdempotent: boolean;
}

export interface Verified {
  readonly records: number;
  readonly acknowledged: number;
}

export class Ledger {
  readonly topic: string;
  readonly partitions: number;
  /** Texts by partition and offset. */
  readonly #acknowledged: Map<bigint, string>[];
  readonly #idempotent = new Map<string, boolean>();
  readonly #lastSent = new Map<string, number>();
  acknowledged = 0;
  failed = 0;

  constructor(topic: string, partitions: number) {
    this.topic = topic;
    this.partitions = partitions;
    this.#acknowledged = Array.from({ length: partitions }, () => new Map());
  }

  sent({ producer, partition, sequence, isIdempotent }: SentRecord): void {
    this.#idempotent.set(producer, isIdempotent);
    this.#lastSent.set(`${producer}/${partition}`, sequence);
  }

  acknowledge(record: SentRecord, offset: bigint): void {
    const offsets = this.#acknowledged[record.partition];
    assert.ok(offsets);
    const text = textOf(record);
    const other = offsets.get(offset);
    assert.ok(other === undefined, `offset ${offset} of ${record.partition} was given to ${other} and to ${text}`);
    offsets.set(offset, text);
    this.acknowledged++;
  }

  /** Reads everything and compares. Call it when nothing more is sent, or only what is sent by now counts. */
  async verify(bootstrap: string, admin: Admin): Promise<Verified> {
    let records = 0;
    // Copied first, so that what is acknowledged while the log is read is left for the next time.
    const promised = this.#acknowledged.map((offsets) => new Map(offsets));
    const logs = await this.#readAll(bootstrap, admin);
    for (const [partition, offsets] of promised.entries()) {
      const log = logs[partition] ?? new Map<bigint, string>();
      records += log.size;
      const lost = [...offsets].filter(([offset, text]) => log.get(offset) !== text);
      const [first] = lost;
      if (first !== undefined) {
        const there = log.get(first[0]) ?? 'nothing';
        assert.fail(
          `${lost.length} acknowledged records are not in ${this.topic}-${partition}, which has ${log.size}: offset ${first[0]} has ${there}, promised was ${first[1]}`,
        );
      }
      this.#checkOrder(partition, log);
    }
    return { records, acknowledged: promised.reduce((sum, { size }) => sum + size, 0) };
  }

  #checkOrder(partition: number, log: ReadonlyMap<bigint, string>): void {
    const latest = new Map<string, number>();
    for (const [offset, text] of log) {
      const [producer = '', inPartition, digits] = text.split('/');
      const where = `${this.topic}-${partition} at offset ${offset}`;
      assert.equal(inPartition, String(partition), `${where} has a record of another partition: ${text}`);
      const sequence = Number(digits);
      const last = this.#lastSent.get(`${producer}/${partition}`);
      assert.ok(last !== undefined && sequence <= last, `${where} has a record that nobody sent: ${text}`);
      const before = latest.get(producer);
      if (this.#idempotent.get(producer)) {
        assert.ok(before === undefined || sequence > before, `${where} repeats or disorders: ${text} after ${before}`);
      }
      latest.set(producer, sequence);
    }
  }

  async #readAll(bootstrap: string, admin: Admin): Promise<Map<bigint, string>[]> {
    const logs = Array.from({ length: this.partitions }, () => new Map<bigint, string>());
    await readTopic({ bootstrap, admin, topic: this.topic, partitions: this.partitions }, (partition, record) => {
      const { offset, value } = record;
      const text = value?.toString('latin1', 0, value.indexOf(0x20)) ?? '';
      assert.equal(value?.toString('latin1').slice(text.length).trim(), '', `offset ${offset} is not as it was sent`);
      logs[partition]?.set(offset, text);
    });
    return logs;
  }
}

/** What a record carries, before spaces that give it its size. */
export function textOf({ producer, partition, sequence }: SentRecord): string {
  return `${producer}/${partition}/${sequence}`;
}
