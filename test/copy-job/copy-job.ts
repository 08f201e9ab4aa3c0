// The job: a topic is copied by several copiers in transactions while copiers and broker die, and at the end the copy is the source, exactly once and in
// order.

import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { Admin, Consumer, Producer } from '../../src/client/index.ts';
import type { SeededRandom } from '../../src/platform/index.ts';
import { RestartedProcess, type RestartedProgram } from '../support/restarted-process.ts';
import { original } from './copy-of.ts';

/** Millrace or Apache Kafka, in a process of its own. */
export interface MortalBroker {
  readonly bootstrap: string;
  /** Everything that it printed. */
  readonly output: string;
  /** Ends it as a crash does. */
  kill(): Promise<void>;
  /** On the data that is there; resolves when it is ready. */
  startAgain(): Promise<void>;
}

export interface CopyJobOptions {
  readonly broker: MortalBroker;
  readonly random: SeededRandom;
  readonly source: string;
  readonly target: string;
  readonly groupId: string;
  readonly partitions: number;
  /** A multiple of the partitions. */
  readonly records: number;
  readonly faults: number;
  /** What a record of the source becomes. */
  readonly copyOf: (value: Buffer) => string;
}

export interface CopyJobResult {
  readonly kills: { broker: number; copiers: number };
  readonly pauses: number;
  /** Times that a copier gave up by itself. */
  readonly ends: number;
  readonly seconds: number;
  /** Records and markers that the target has beside what readers get: of transactions that were aborted, and of the ends of all. */
  readonly hidden: number;
}

/** In which a broker may be started again, and the transactions and members of those who were killed run out. */
const PROGRESS_WITHIN_MS = 300_000;
const READ_WITHIN_MS = 600_000;
/** Of ten faults: 0 kills a copier too, then the broker; up to this one the broker is killed. */
const KILL_BROKER = 3;
/** Up to this one a copier is killed; the others pause one. */
const KILL_COPIER = 8;
/** Longer than the sessions of the copiers. */
const LONGEST_PAUSE_MS = 5000;

export class CopyJob implements AsyncDisposable {
  readonly #options: CopyJobOptions;
  readonly #admin: Admin;

  private constructor(options: CopyJobOptions, admin: Admin) {
    this.#options = options;
    this.#admin = admin;
  }

  /** Makes source and target, and fills the source. */
  static async prepare(options: CopyJobOptions): Promise<CopyJob> {
    const bootstrapServers = options.broker.bootstrap;
    const job = new CopyJob(options, new Admin({ bootstrapServers, retryBackoffMs: 20, retryBackoffMaxMs: 200 }));
    const { source, target, partitions, records } = options;
    const created = await job.#admin.createTopics(
      [source, target].map((name) => ({ name, numPartitions: partitions })),
    );
    for (const { error } of created) if (error !== undefined) throw error;
    await using producer = new Producer({ bootstrapServers, compression: 'lz4', batchSize: 65_536 });
    for (let index = 0; index < records / partitions; index++) {
      for (let partition = 0; partition < partitions; partition++) {
        const sent = producer.send({ topic: source, partition, value: original(partition, index) });
        if (producer.isFull) await sent;
      }
    }
    await producer.flush();
    return job;
  }

  async run(copiers: readonly RestartedProgram[]): Promise<CopyJobResult> {
    const { broker, random, records, faults } = this.#options;
    const start = performance.now();
    await using processes = new AsyncDisposableStack();
    const running = copiers.map((copier) => processes.use(new RestartedProcess(copier)));
    const kills = { broker: 0, copiers: 0 };
    let pauses = 0;
    for (let fault = 1; fault <= faults; fault++) {
      await this.#committed((records / (faults + 1)) * (fault - random.integer(100) / 100), running);
      await delay(random.integer(200));
      const victim = running[random.integer(running.length)];
      assert.ok(victim);
      // Each kind comes once, then as chance will have it.
      const choice = [KILL_BROKER, KILL_COPIER][fault - 1] ?? random.integer(10);
      if (choice <= KILL_BROKER) {
        kills.broker++;
        if (choice === 0) victim.kill();
        await broker.kill();
        await broker.startAgain();
      } else if (choice <= KILL_COPIER) {
        kills.copiers++;
        victim.kill();
      } else {
        pauses++;
        victim.pause();
        await delay(random.integer(LONGEST_PAUSE_MS));
        victim.resume();
      }
    }
    await this.#committed(records, running);
    const seconds = (performance.now() - start) / 1000;
    const ends = running.reduce((sum, copier) => sum + copier.ends, 0);
    return { kills, pauses, ends, seconds, hidden: await this.#verify() };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#admin[Symbol.asyncDispose]();
  }

  /** Resolves when the group has committed so many records. */
  async #committed(target: number, running: readonly RestartedProcess[]): Promise<void> {
    const { groupId, records, broker } = this.#options;
    let reached = -1;
    let limit = 0;
    for (;;) {
      const offsets = await this.#admin.listGroupOffsets(groupId);
      const committed = offsets.reduce((sum, { offset }) => sum + Number(offset), 0);
      if (committed >= target) return;
      if (committed > reached) limit = performance.now() + PROGRESS_WITHIN_MS;
      reached = committed;
      if (performance.now() > limit) {
        const said = running.map(({ complaints }) => complaints).join('\n');
        throw new Error(
          `The copiers are stuck at ${committed} of ${records}:\n${said}\nThe broker:\n${broker.output.slice(-3000)}`,
        );
      }
      await delay(50);
    }
  }

  /** Reads the target as far as it is committed, and compares. Resolves to the number of offsets that no reader gets. */
  async #verify(): Promise<number> {
    const { broker, target, partitions, records, copyOf } = this.#options;
    await using consumer = new Consumer({ bootstrapServers: broker.bootstrap, readCommitted: true });
    const places = Array.from({ length: partitions }, (_, partition) => ({ topic: target, partition }));
    consumer.assign(places.map((place) => ({ ...place, from: 'earliest' as const })));
    const counts = new Array<number>(partitions).fill(0);
    const ends = await this.#settledEnds(places);
    const left = new Set(places.map(({ partition }) => partition));
    const signal = AbortSignal.timeout(READ_WITHIN_MS);
    while (left.size > 0) {
      const batch = await consumer.poll(1000, signal);
      if (batch === undefined) continue;
      const { partition } = batch;
      for (const { value, offset } of batch.records) {
        const index = counts[partition] ?? 0;
        const expected = copyOf(Buffer.from(original(partition, index)));
        assert.equal(value?.toString(), expected, `record ${index} of ${target}-${partition}, at offset ${offset}`);
        counts[partition] = index + 1;
      }
      if (batch.nextOffset >= (ends[partition] ?? 0n)) left.delete(partition);
    }
    assert.deepEqual(counts, new Array(partitions).fill(records / partitions));
    return Number(ends.reduce((sum, end) => sum + end, 0n)) - records;
  }

  /** Waits until no transaction is open: a group has its offsets before the last partition has its marker. */
  async #settledEnds(places: readonly { topic: string; partition: number }[]): Promise<bigint[]> {
    const limit = performance.now() + PROGRESS_WITHIN_MS;
    for (;;) {
      const [stable, ends] = [await this.#ends(places, true), await this.#ends(places, false)];
      if (ends.every((end, partition) => end === stable[partition])) return ends;
      assert.ok(performance.now() < limit, `transactions stay open: ${stable} of ${ends} are stable`);
      await delay(50);
    }
  }

  async #ends(places: readonly { topic: string; partition: number }[], readCommitted: boolean): Promise<bigint[]> {
    const queries = places.map((place) => ({ ...place, spec: 'latest' as const }));
    const found = await this.#admin.listOffsets(queries, { readCommitted });
    return found.map(({ offset, error }) => {
      if (error !== undefined) throw error;
      return offset ?? 0n;
    });
  }
}
