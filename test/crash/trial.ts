// One broker under load with its ledger: what every test of this folder begins with, and how long it may last.

import { Admin } from '../../src/client/index.ts';
import { createNodePlatform, SeededRandom } from '../../src/platform/index.ts';
import { BrokerProcess, type BrokerProcessOptions } from '../support/broker-process.ts';
import { Ledger } from './ledger.ts';
import { Load, type LoadOptions } from './load.ts';

/** `MILLRACE_FULL=1` tries hundreds of times what `npm test` tries a few times. */
export const isFull = process.env.MILLRACE_FULL === '1';

/** Given with `MILLRACE_SEED`, else new each time; tests print it. The moments of a real machine do not repeat, the choices do. */
export const seed = Number(process.env.MILLRACE_SEED ?? Date.now() % 1_000_000);

/** ms. A run for hours is also to live through moments in which the machine has no time for it. */
const PATIENCE_MS = isFull ? 300_000 : 60_000;

const PARTITIONS = 4;

/**
 * Small segments, so that they roll; a small journal, so that its files are used again; checkpoints and snapshots that are written, and logs that are
 * compacted, while a test lasts.
 */
const SETTINGS = [
  'log.segment.bytes=1048576',
  'log.index.interval.bytes=2048',
  'log.journal.max.bytes=1048576',
  'log.journal.min.partitions=2',
  'log.flush.offset.checkpoint.interval.ms=300',
  'log.flush.start.offset.checkpoint.interval.ms=300',
  'log.initial.task.delay.ms=100',
  'log.segment.delete.delay.ms=100',
  'log.cleaner.backoff.ms=200',
  'metadata.log.max.record.bytes.between.snapshots=4000',
];

export interface TrialOptions extends BrokerProcessOptions, Partial<Pick<LoadOptions, 'kinds' | 'deliveryTimeoutMs'>> {
  readonly settings?: readonly string[];
}

export class Trial implements AsyncDisposable {
  readonly broker: BrokerProcess;
  readonly admin: Admin;
  readonly ledger: Ledger;
  readonly random: SeededRandom;
  readonly #options: TrialOptions;
  load: Load;

  private constructor(broker: BrokerProcess, admin: Admin, random: SeededRandom, options: TrialOptions) {
    this.broker = broker;
    this.admin = admin;
    this.random = random;
    this.#options = options;
    this.ledger = new Ledger('ledger', PARTITIONS);
    this.load = this.startLoad();
  }

  static async start(options: TrialOptions = {}): Promise<Trial> {
    const broker = await BrokerProcess.start([...SETTINGS, ...(options.settings ?? [])], options);
    const admin = new Admin({
      bootstrapServers: broker.bootstrap,
      platform: createNodePlatform(),
      retryBackoffMs: 20,
      retryBackoffMaxMs: 100,
    });
    try {
      const [created] = await admin.createTopics([{ name: 'ledger', numPartitions: PARTITIONS }]);
      if (created?.error !== undefined) throw created.error;
      return new Trial(broker, admin, new SeededRandom(seed), options);
    } catch (error) {
      await admin[Symbol.asyncDispose]();
      await broker[Symbol.asyncDispose]();
      throw error;
    }
  }

  startLoad(): Load {
    this.load = new Load({
      bootstrap: this.broker.bootstrap,
      ledger: this.ledger,
      random: this.random,
      ...(this.#options.kinds !== undefined && { kinds: this.#options.kinds }),
      deliveryTimeoutMs: this.#options.deliveryTimeoutMs ?? PATIENCE_MS,
    });
    return this.load;
  }

  /** Resolves when this many more records were acknowledged. */
  async acknowledged(count: number, withinMs = PATIENCE_MS): Promise<void> {
    const target = this.ledger.acknowledged + count;
    const end = performance.now() + withinMs;
    while (this.ledger.acknowledged < target) {
      if (performance.now() > end) {
        const reasons = [...this.load.refusals].join('; ');
        throw new Error(`nothing is acknowledged any more (${reasons}):\n${this.broker.output.slice(-3000)}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  verify() {
    return this.ledger.verify(this.broker.bootstrap, this.admin);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.load[Symbol.asyncDispose]();
    await this.admin[Symbol.asyncDispose]();
    await this.broker[Symbol.asyncDispose]();
  }
}
