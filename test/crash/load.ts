// Producers that write without pause, through whatever happens to the broker, and enter into the ledger what they are told.

import { setTimeout as delay } from 'node:timers/promises';
import { Producer, type ProducerOptions } from '../../src/client/index.ts';
import { createNodePlatform, type SeededRandom } from '../../src/platform/index.ts';
import { type Ledger, textOf } from './ledger.ts';

export interface LoadOptions {
  readonly bootstrap: string;
  readonly ledger: Ledger;
  readonly random: SeededRandom;
  /** Default: two idempotent ones and a plain one. */
  readonly kinds?: readonly (keyof typeof KINDS)[];
  /** Of a send, ms: what is not acknowledged by then counts as failed. */
  readonly deliveryTimeoutMs: number;
}

/** How producers write. A plain one may repeat what was acknowledged too late. */
const KINDS = {
  idempotent: { acks: 'all', idempotence: true, compression: 'none' },
  compressed: { acks: 'all', idempotence: true, compression: 'lz4' },
  plain: { acks: 'all', idempotence: false, compression: 'none' },
  leader: { acks: 1, idempotence: false, compression: 'none' },
} as const satisfies Record<string, Partial<ProducerOptions>>;

const LARGEST_VALUE_BYTES = 3000;
/** Records of one producer that wait for an answer. */
const IN_FLIGHT = 40;
/** After that many sends a producer lets the others run. */
const BURST = 10;

export class Load implements AsyncDisposable {
  readonly #options: LoadOptions;
  readonly #producers: Producer[] = [];
  readonly #runs: Promise<void>[];
  #isOver = false;
  /** Why records were refused, each reason once. */
  readonly refusals = new Set<string>();

  constructor(options: LoadOptions) {
    this.#options = options;
    const kinds = options.kinds ?? ['idempotent', 'compressed', 'plain', 'leader'];
    this.#runs = kinds.map((kind, index) => this.#run(`${kind}${index}-${options.random.integer(1 << 30)}`, kind));
  }

  /** Stops sending; resolves when every record is acknowledged or has failed. */
  async finish(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#runs);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#producers.map((producer) => producer.close(0)));
    await Promise.allSettled(this.#runs);
  }

  async #run(name: string, kind: keyof typeof KINDS): Promise<void> {
    const { bootstrap, ledger, random, deliveryTimeoutMs } = this.#options;
    const producer = new Producer({
      bootstrapServers: bootstrap,
      platform: createNodePlatform(),
      lingerMs: 2,
      deliveryTimeoutMs,
      maxBlockMs: deliveryTimeoutMs,
      apiTimeoutMs: deliveryTimeoutMs,
      retryBackoffMs: 20,
      retryBackoffMaxMs: 100,
      ...KINDS[kind],
    });
    this.#producers.push(producer);
    const isIdempotent = KINDS[kind].idempotence;
    const sequences = new Array<number>(ledger.partitions).fill(0);
    const waiting = new Set<Promise<void>>();
    while (!this.#isOver) {
      for (let count = 0; count < BURST; count++) {
        const partition = random.integer(ledger.partitions);
        const sequence = sequences[partition] ?? 0;
        sequences[partition] = sequence + 1;
        const record = { producer: name, partition, sequence, isIdempotent };
        const text = `${textOf(record)} `;
        ledger.sent(record);
        const value = text.padEnd(text.length + random.integer(LARGEST_VALUE_BYTES));
        const written = producer.send({ topic: ledger.topic, partition, value }).then(
          ({ offset }) => ledger.acknowledge(record, offset),
          (error: unknown) => {
            ledger.failed++;
            this.refusals.add(error instanceof Error ? error.message : String(error));
          },
        );
        waiting.add(written);
        void written.finally(() => waiting.delete(written));
      }
      if (waiting.size >= IN_FLIGHT) await Promise.race(waiting);
      else await delay(1);
    }
    await producer.flush();
    await Promise.all(waiting);
    await producer.close();
  }
}
