// The consumer of kafkajs: subscriptions first, then a loop that calls handlers.

import {
  ClientError,
  type ConsumedBatch,
  Consumer,
  type ConsumerOptions,
  type OffsetToCommit,
  partitionName,
  type RecordPlace,
  type TopicPartition,
} from '../client/index.ts';
import { createNodePlatform, sleep } from '../platform/index.ts';
import { silentLogger } from '../telemetry/index.ts';
import { reachCluster } from './admin.ts';
import { type EachBatchPayload, type EachMessagePayload, type TopicOffsets, toBatch } from './batch.ts';
import { toMessage } from './message.ts';

/** Which topics, and where to begin. */
export interface Subscription {
  readonly topic?: string | RegExp | undefined;
  readonly topics?: readonly (string | RegExp)[] | undefined;
  /** Where a group begins that has committed nothing. Default: with what comes from now on. The same for all topics of a consumer. */
  readonly fromBeginning?: boolean | undefined;
}

/** What to do with messages, and when to commit. */
export interface RunConfig {
  /** Default true. */
  readonly autoCommit?: boolean | undefined;
  /** ms between commits. Default: a commit behind each batch. */
  readonly autoCommitInterval?: number | null | undefined;
  /** A batch whose handler returned is done with, whatever it resolved. Default true. */
  readonly eachBatchAutoResolve?: boolean | undefined;
  /** Taken for the sake of programs that have it: one partition is worked on at a time. `Consumer.eachRecord` does more. */
  readonly partitionsConsumedConcurrently?: number | undefined;
  readonly eachMessage?: ((payload: EachMessagePayload) => Promise<void>) | undefined;
  readonly eachBatch?: ((payload: EachBatchPayload) => Promise<void>) | undefined;
}

interface TopicPartitions {
  readonly topic: string;
  /** Default: all. */
  readonly partitions?: readonly number[] | undefined;
}

interface Run {
  readonly consumer: Consumer;
  readonly config: RunConfig;
  readonly stopping: AbortController;
  ended: Promise<void>;
}

const POLL_MS = 1000;
const PAUSE_AFTER_FAILURE_MS = 1000;

/** From `Kafka.consumer`. */
export class ConsumerAdapter {
  readonly #options: ConsumerOptions;
  readonly #topics = new Set<string | RegExp>();
  #fromBeginning: boolean | undefined;
  #run: Run | undefined;
  /** Topics, and partitions by their names. */
  readonly #paused = new Set<string>();
  /** Where to go on, by partition, as soon as it is assigned. */
  readonly #seeks = new Map<string, bigint>();

  constructor(options: ConsumerOptions) {
    this.#options = options;
  }

  /** Resolves when a broker has answered. */
  connect(): Promise<void> {
    return reachCluster(this.#options);
  }

  /** As `stop`. */
  disconnect(): Promise<void> {
    return this.stop();
  }

  /** Before `run`. Names, or one pattern. */
  async subscribe({ topic, topics = [], fromBeginning = false }: Subscription): Promise<void> {
    if (this.#run) throw new ClientError('Cannot subscribe while the consumer runs');
    if (this.#fromBeginning !== undefined && this.#fromBeginning !== fromBeginning)
      throw new ClientError('fromBeginning is the same for all topics of a consumer');
    for (const one of topic === undefined ? topics : [topic, ...topics]) this.#topics.add(one);
    this.#fromBeginning = fromBeginning;
  }

  /** Begins to consume, and resolves at once. What fails later is told to the logger, and tried again. */
  async run(config: RunConfig = {}): Promise<void> {
    if (this.#run) throw new ClientError('The consumer runs already');
    const { autoCommit = true, autoCommitInterval } = config;
    const consumer = new Consumer({
      ...this.#options,
      autoOffsetReset: this.#fromBeginning ? 'earliest' : 'latest',
      autoCommit,
      autoCommitIntervalMs: autoCommitInterval ?? undefined,
    });
    consumer.subscribe(selectionOf([...this.#topics]));
    const run: Run = { consumer, config, stopping: new AbortController(), ended: Promise.resolve() };
    this.#run = run;
    run.ended = this.#loop(run);
  }

  /** Waits for the handler at work, commits and leaves the group. It may run again. */
  async stop(): Promise<void> {
    const run = this.#run;
    if (run === undefined) return;
    run.stopping.abort();
    await run.ended;
    await run.consumer.close();
    this.#run = undefined;
  }

  /** Gives nothing of these until `resume`. */
  pause(places: readonly TopicPartitions[]): void {
    for (const name of places.flatMap(namesOf)) this.#paused.add(name);
    this.#apply();
  }

  /** Goes on with what was paused. */
  resume(places: readonly TopicPartitions[]): void {
    for (const name of places.flatMap(namesOf)) this.#paused.delete(name);
    this.#apply();
  }

  /** Goes on at an offset as soon as the partition is assigned to this consumer. Throws `ClientError` when it does not run. */
  seek({ topic, partition, offset }: { topic: string; partition: number; offset: string }): void {
    if (this.#run === undefined) throw new ClientError('Cannot seek: the consumer does not run');
    this.#seeks.set(partitionName({ topic, partition }), BigInt(offset));
  }

  /** Commits offsets of the next messages to read. Rejects with `ClientError` when it does not run. */
  async commitOffsets(
    offsets: readonly { topic: string; partition: number; offset: string; metadata?: string | null }[],
  ): Promise<void> {
    if (this.#run === undefined) throw new ClientError('Cannot commit: the consumer does not run');
    await this.#run.consumer.commit(
      offsets.map(({ topic, partition, offset, metadata }) => ({
        topic,
        partition,
        offset: BigInt(offset),
        metadata: metadata ?? undefined,
      })),
    );
  }

  async #loop(run: Run): Promise<void> {
    const { consumer, stopping } = run;
    const { clock } = this.#options.platform ?? createNodePlatform();
    while (!stopping.signal.aborted) {
      try {
        this.#apply();
        const batch = await consumer.poll(POLL_MS, stopping.signal);
        if (batch) await this.#handle(run, batch);
      } catch (error) {
        if (stopping.signal.aborted) return;
        const logger = this.#options.logger ?? silentLogger;
        logger.error({ group: this.#options.groupId, error }, 'a message or a poll failed, trying again');
        await sleep(clock, PAUSE_AFTER_FAILURE_MS, stopping.signal).catch(() => {});
      }
    }
  }

  async #handle(run: Run, batch: ConsumedBatch): Promise<void> {
    const { consumer, config } = run;
    try {
      if (config.eachBatch) await this.#handleBatch(run, batch, config.eachBatch);
      else if (config.eachMessage) await this.#handleMessages(run, batch, config.eachMessage);
    } finally {
      const { autoCommit = true, autoCommitInterval } = config;
      if (autoCommit && (autoCommitInterval ?? 0) === 0) await consumer.commit();
    }
  }

  async #handleMessages(
    run: Run,
    batch: ConsumedBatch,
    eachMessage: NonNullable<RunConfig['eachMessage']>,
  ): Promise<void> {
    const { topic, partition } = batch;
    for (const record of batch.records) {
      if (this.#isOver(run, batch) || this.#isPaused(batch)) {
        run.consumer.giveBack(record);
        return;
      }
      try {
        await eachMessage({ topic, partition, message: toMessage(record), ...this.#during(batch) });
      } catch (error) {
        run.consumer.giveBack(record);
        throw error;
      }
    }
  }

  async #handleBatch(run: Run, batch: ConsumedBatch, eachBatch: NonNullable<RunConfig['eachBatch']>): Promise<void> {
    const { topic, partition, records } = batch;
    if (records.length === 0) return;
    let next: RecordPlace = { topic, partition, offset: records[0]?.offset ?? batch.nextOffset };
    const resolve = (offset: bigint) => {
      if (offset >= next.offset) next = { topic, partition, offset: offset + 1n };
    };
    try {
      await eachBatch({
        batch: toBatch(batch),
        resolveOffset: (offset) => resolve(BigInt(offset)),
        ...this.#during(batch),
        commitOffsetsIfNecessary: (offsets) => run.consumer.commit(offsets ? toCommit(offsets.topics) : [next]),
        uncommittedOffsets: () => ({
          topics: [{ topic, partitions: [{ partition, offset: String(next.offset) }] }],
        }),
        isRunning: () => !run.stopping.signal.aborted,
        isStale: () => this.#isStale(run, batch),
      });
      if (run.config.eachBatchAutoResolve ?? true) resolve(batch.nextOffset - 1n);
    } finally {
      if (next.offset < batch.nextOffset) run.consumer.giveBack(next);
    }
  }

  #during({ topic, partition }: TopicPartition): Pick<EachMessagePayload, 'heartbeat' | 'pause'> {
    const place = [{ topic, partitions: [partition] }];
    return {
      heartbeat: async () => {},
      pause: () => {
        this.pause(place);
        return () => this.resume(place);
      },
    };
  }

  #isOver(run: Run, place: TopicPartition): boolean {
    return run.stopping.signal.aborted || this.#isStale(run, place);
  }

  #isStale({ consumer }: Run, place: TopicPartition): boolean {
    const name = partitionName(place);
    return this.#seeks.has(name) || !consumer.assignment.some((assigned) => partitionName(assigned) === name);
  }

  #isPaused(place: TopicPartition): boolean {
    return this.#paused.has(place.topic) || this.#paused.has(partitionName(place));
  }

  /** Tells the consumer what was said of its partitions. */
  #apply(): void {
    const consumer = this.#run?.consumer;
    for (const place of consumer?.assignment ?? []) {
      if (this.#isPaused(place)) consumer?.pause(place);
      else consumer?.resume(place);
      const offset = this.#seeks.get(partitionName(place));
      if (offset === undefined) continue;
      this.#seeks.delete(partitionName(place));
      consumer?.seek(place, offset);
    }
  }
}

function selectionOf(topics: readonly (string | RegExp)[]): string[] | RegExp {
  const names = topics.filter((topic) => typeof topic === 'string');
  if (names.length === topics.length) return names;
  const [pattern, ...others] = topics;
  if (others.length === 0 && pattern instanceof RegExp) return pattern;
  throw new ClientError('Cannot subscribe to several patterns, or to names and a pattern: make them one pattern');
}

function namesOf({ topic, partitions }: TopicPartitions): string[] {
  return partitions ? partitions.map((partition) => partitionName({ topic, partition })) : [topic];
}

function toCommit(topics: readonly TopicOffsets[]): OffsetToCommit[] {
  return topics.flatMap(({ topic, partitions }) =>
    partitions.map(({ partition, offset }) => ({ topic, partition, offset: BigInt(offset) })),
  );
}
