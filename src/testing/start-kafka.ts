// A broker in the process of a test: there in milliseconds, gone without a trace, and in the test's hands meanwhile.

import {
  Admin,
  type ClientOptions,
  Consumer,
  type ConsumerOptions,
  type ConsumerRecord,
  Producer,
  type ProducerOptions,
  type RecordOf,
  type RecordToSend,
  ShareConsumer,
  type ShareConsumerOptions,
  type Topic,
  type TopicPartition,
} from '../client/index.ts';
import {
  createNodePlatform,
  holdingNodeClock,
  MemoryDisk,
  MemoryNetwork,
  nodeClock,
  type Platform,
  sleep,
} from '../platform/index.ts';
import { type RunningServer, startServer } from '../server/index.ts';
import { type Logger, silentLogger } from '../telemetry/index.ts';
import { TestClock } from './test-clock.ts';
import { TestDisk } from './test-disk.ts';
import { TestNetwork } from './test-network.ts';

/** Where a broker for tests keeps its data, how it is reached, and how it is set. */
export interface StartKafkaOptions {
  /** `tcp` (default): a free port of 127.0.0.1, for any client. `memory`: for clients made from `clientOptions` only, without a port. */
  readonly network?: 'tcp' | 'memory' | undefined;
  /** Where its data goes: a directory, which is kept. Default: memory. */
  readonly directory?: string | undefined;
  /** Settings of the broker, by Kafka's names. They go before those that make a broker for tests quick. */
  readonly settings?: Readonly<Record<string, string>> | undefined;
  /** Default: says nothing. */
  readonly logger?: Logger | undefined;
}

/** Nothing in a test should wait for what only a cluster needs, nor take memory for what it will not use. */
const QUICK_SETTINGS = {
  'offsets.topic.num.partitions': '1',
  'transaction.state.log.num.partitions': '1',
  'group.initial.rebalance.delay.ms': '0',
};
const MEMORY_DIRECTORY = '/kafka';
const SHARE_OFFSET_RESET = 'share.auto.offset.reset';
const WAIT_MS = 10_000;
const POLL_MS = 100;

/**
 * Starts a broker. Many may run in one process.
 *
 * @example
 * await using kafka = await startKafka();
 * await kafka.send({ topic: 'orders', key: '7', value: 'paid' });
 * const record = await kafka.waitForRecord('orders', ({ key }) => key?.toString() === '7');
 */
export async function startKafka(options: StartKafkaOptions = {}): Promise<TestKafka> {
  const node = createNodePlatform();
  // A test that waits for a broker in memory has nothing else that keeps its process alive.
  const clock = new TestClock(holdingNodeClock);
  const disk = new TestDisk(options.directory === undefined ? new MemoryDisk(clock) : node.disk);
  const network = new TestNetwork(options.network === 'memory' ? new MemoryNetwork() : node.network);
  const kafka = new TestKafka(options, { clock, disk, network, random: node.random });
  await kafka.restart();
  return kafka;
}

/** What is found in a topic: bytes by its name, data by its definition. */
export type FoundRecord<T extends string | Topic> = T extends Topic ? RecordOf<T> : ConsumerRecord;

interface TestPlatform extends Platform {
  readonly clock: TestClock;
  readonly disk: TestDisk;
  readonly network: TestNetwork;
}

/** What `startKafka` gives. Left with `await using`, it and the clients that it made are stopped. */
export class TestKafka implements AsyncDisposable {
  readonly #options: StartKafkaOptions;
  readonly #platform: TestPlatform;
  readonly #clients: AsyncDisposable[] = [];
  #server: RunningServer | undefined;
  #port = 0;
  #admin: Admin | undefined;
  #producer: Producer | undefined;

  /** Use `startKafka`. */
  constructor(options: StartKafkaOptions, platform: TestPlatform) {
    this.#options = options;
    this.#platform = platform;
  }

  /** `host:port`, for the `bootstrap.servers` of any client. It stays the same through restarts. */
  get bootstrapServers(): string {
    return `127.0.0.1:${this.#port}`;
  }

  /** For a client of this package. It lives on the test's network and clock. */
  get clientOptions(): ClientOptions {
    return { bootstrapServers: this.bootstrapServers, platform: this.#platform };
  }

  /** One for the test, closed with the broker. */
  get admin(): Admin {
    this.#admin ??= this.#keep(new Admin(this.clientOptions));
    return this.#admin;
  }

  /** A new one, closed with the broker. */
  producer(options: Partial<ProducerOptions> = {}): Producer {
    return this.#keep(new Producer({ lingerMs: 0, ...this.clientOptions, ...options }));
  }

  /** A new one, closed with the broker. It begins at the start of what it reads. */
  consumer(options: Partial<ConsumerOptions> = {}): Consumer {
    return this.#keep(new Consumer({ autoOffsetReset: 'earliest', ...this.clientOptions, ...options }));
  }

  /** A new one, closed with the broker. Its group begins at the start of what it reads, unless the group was configured before. */
  async shareConsumer(options: Partial<ShareConsumerOptions> = {}): Promise<ShareConsumer> {
    const { groupId = 'test' } = options;
    const resource = { type: 'group', name: groupId } as const;
    const [described] = await this.admin.describeConfigs([resource]);
    const current = described?.entries.find(({ name }) => name === SHARE_OFFSET_RESET);
    if (current?.source !== 'dynamic group') {
      const change = { name: SHARE_OFFSET_RESET, operation: 'set', value: 'earliest' } as const;
      const [altered] = await this.admin.alterConfigs([{ resource, changes: [change] }]);
      if (altered?.error) throw altered.error;
    }
    return this.#keep(new ShareConsumer({ ...this.clientOptions, ...options, groupId }));
  }

  /** Makes a topic; without this the first record makes it, with one partition. Rejects with the `KafkaError` that refuses it. */
  async createTopic(
    topic: string | Topic,
    partitions = 1,
    configs: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    const [created] = await this.admin.createTopics([
      { name: nameOf(topic), numPartitions: partitions, replicationFactor: 1, configs },
    ]);
    if (created?.error) throw created.error;
  }

  /** Writes records, and resolves when they are there. */
  async send<T extends Topic>(...records: RecordToSend<T>[]): Promise<void> {
    this.#producer ??= this.producer();
    const producer = this.#producer;
    await Promise.all(records.map((record) => producer.send(record)));
  }

  /** Everything that the topic holds now, in the order of partitions and offsets. Of a defined topic: data instead of bytes. */
  async records<T extends string | Topic>(topic: T): Promise<FoundRecord<T>[]> {
    const found: FoundRecord<T>[] = [];
    for await (const record of this.#read(topic, 'now')) found.push(record);
    return found.sort((left, right) => left.partition - right.partition || Number(left.offset - right.offset));
  }

  /**
   * The first record of the topic that `isWanted` (default: any), which may be there already or come later. Rejects when there is none
   * within `timeoutMs` (default 10,000). Of a defined topic: data instead of bytes.
   *
   * @example
   * const { value } = await kafka.waitForRecord(orders, ({ value }) => value.cents > 100);
   */
  async waitForRecord<T extends string | Topic>(
    topic: T,
    isWanted: (record: FoundRecord<T>) => boolean = () => true,
    timeoutMs = WAIT_MS,
  ): Promise<FoundRecord<T>> {
    let count = 0;
    for await (const record of this.#read(topic, timeoutMs)) {
      if (isWanted(record)) return record;
      count++;
    }
    throw new Error(`No such record in ${nameOf(topic)} within ${timeoutMs} ms; ${count} others came`);
  }

  /** Moves the time of the broker, and of clients made from `clientOptions`, ahead by so many milliseconds. */
  advanceClock(durationMs: number): void {
    this.#platform.clock.advance(durationMs);
  }

  /** What the broker is exposed to, until it is told otherwise. */
  readonly faults = {
    /** Breaks all connections; clients may come back at once. */
    disconnectClients: (): void => this.#platform.network.disconnectAll(),
    /** Breaks all connections and lets nobody in, until `restoreNetwork`. */
    cutNetwork: (): void => {
      this.#platform.network.isCut = true;
      this.#platform.network.disconnectAll();
    },
    restoreNetwork: (): void => {
      this.#platform.network.isCut = false;
    },
    /** Writes fail because the disk is full, until `freeDisk`. Reads go on. */
    fillDisk: (): void => {
      this.#platform.disk.fault = 'ENOSPC';
    },
    freeDisk: (): void => {
      this.#platform.disk.fault = undefined;
    },
    /** Writes and syncs fail. The broker takes its log directory offline, and stops because it has no other. */
    breakDisk: (): void => {
      this.#platform.disk.fault = 'EIO';
    },
  };

  /** Stops the broker if it runs, and starts it on the same data and the same port. */
  async restart(): Promise<void> {
    await this.stop();
    const listener = `PLAINTEXT://127.0.0.1:${this.#port}`;
    this.#server = await startServer({
      properties: {
        ...QUICK_SETTINGS,
        ...this.#options.settings,
        listeners: listener,
        'log.dirs': this.#options.directory ?? MEMORY_DIRECTORY,
      },
      logger: this.#options.logger ?? silentLogger,
      platform: this.#platform,
    });
    this.#port = Number(this.#server.endpoints[0]?.split(':').at(-1));
  }

  /** Stops the broker; clients wait for its `restart`. Stopping twice is harmless. */
  async stop(): Promise<void> {
    await this.#server?.stop();
    this.#server = undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#clients.map((client) => client[Symbol.asyncDispose]()));
    await this.stop();
  }

  #keep<T extends AsyncDisposable>(client: T): T {
    this.#clients.push(client);
    return client;
  }

  /** The records of a topic until its end as it is now, or for so many milliseconds. */
  async *#read<T extends string | Topic>(definition: T, until: 'now' | number): AsyncGenerator<FoundRecord<T>, void> {
    const topic = nameOf(definition);
    // By the machine's clock: a test may move its own ahead meanwhile.
    const deadlineMs = nodeClock.monotonic() + (until === 'now' ? WAIT_MS : until);
    const isLate = () => nodeClock.monotonic() >= deadlineMs;
    const partitions = await this.#partitionsOf(topic, () => until === 'now' || isLate());
    const ends = await this.admin.listOffsets(partitions.map((place) => ({ ...place, spec: 'latest' as const })));
    await using consumer = new Consumer(this.clientOptions);
    consumer.assign(partitions.map((place) => ({ ...place, from: 'earliest' as const })));
    const reader = readerOf(consumer, definition);
    const isAtEnd = () => ends.every((end) => (consumer.position(end) ?? -1n) >= (end.offset ?? 0n));
    while (until !== 'now' || !isAtEnd()) {
      if (isLate() && until === 'now') throw new Error(`Cannot read ${topic} to its end within ${WAIT_MS} ms`);
      if (isLate()) return;
      const batch = await reader.poll(POLL_MS);
      if (batch) yield* batch.records;
    }
  }

  /** Waits for the topic until `isTooLate`. */
  async #partitionsOf(topic: string, isTooLate: () => boolean): Promise<TopicPartition[]> {
    for (;;) {
      const [described] = await this.admin.describeTopics([topic]);
      if (described?.topic) return described.topic.partitions.map(({ partition }) => ({ topic, partition }));
      if (described?.error?.code !== 'UNKNOWN_TOPIC_OR_PARTITION' || isTooLate()) throw described?.error;
      await sleep(nodeClock, POLL_MS);
    }
  }
}

function nameOf(topic: string | Topic): string {
  return typeof topic === 'string' ? topic : topic.name;
}

interface PollableReader<T extends string | Topic> {
  poll(timeoutMs: number): Promise<{ readonly records: readonly FoundRecord<T>[] } | undefined>;
}

/** The compiler cannot see that a name, and nothing else, makes a reader of bytes. */
function readerOf<T extends string | Topic>(consumer: Consumer, topic: T): PollableReader<T> {
  return (typeof topic === 'string' ? consumer : consumer.reader([topic])) as PollableReader<T>;
}
