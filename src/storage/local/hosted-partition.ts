// A partition that the local engine leads: what is known of it without its log, and the log's loading when somebody first needs it.

import { KafkaError } from '../../protocol/index.ts';
import type { HostedPartition, LogConfig, PartitionSpec } from '../engine.ts';
import { isDiskFull } from './disk-errors.ts';
import type { LogDirectory } from './log-directory.ts';
import type { LocalPartition } from './partition.ts';
import { partitionDirectoryName } from './partition-directory.ts';

/** Between two tries to load a log that a full disk kept from being made or recovered. */
const RETRY_MS = 1000;

export class LocalHostedPartition implements HostedPartition {
  readonly topic: string;
  readonly index: number;
  readonly topicId: string;
  leaderEpoch: number;
  config: LogConfig;
  loaded: LocalPartition | undefined;
  #directory: LogDirectory | undefined;
  #loading: Promise<LocalPartition> | undefined;
  #error: KafkaError | undefined;
  /** From when on it may be tried again although there was an error; milliseconds of the monotonic clock. */
  #retryAtMs = Number.POSITIVE_INFINITY;

  /** Without a directory, because none can be used, there is an error that says why. */
  constructor(spec: PartitionSpec, place: LogDirectory | KafkaError) {
    this.topic = spec.topic;
    this.index = spec.index;
    this.topicId = spec.topicId;
    this.leaderEpoch = spec.leaderEpoch;
    this.config = spec.config;
    if (place instanceof KafkaError) this.#error = place;
    else this.#directory = place;
  }

  /** Where it is; undefined where no directory can be used. */
  get directory(): LogDirectory | undefined {
    return this.#directory;
  }

  get directoryId(): string | undefined {
    return this.#directory?.id;
  }

  get name(): string {
    return partitionDirectoryName(this.topic, this.index);
  }

  get error(): KafkaError | undefined {
    if (this.#error !== undefined && !this.#mayTryAgain()) return this.#error;
    return this.#directory?.error;
  }

  load(): Promise<LocalPartition> {
    if (this.#loading !== undefined && !this.#mayTryAgain()) return this.#loading;
    const loading = this.#load();
    this.#loading = loading;
    // Ahead of everybody who waits: who finds it loaded comes after all of them.
    loading.then(
      (partition) => {
        partition.update(this.leaderEpoch, this.config);
        this.loaded = partition;
      },
      () => {},
    );
    return loading;
  }

  /** Takes a newer leader epoch and other settings. */
  update(leaderEpoch: number, config: LogConfig): void {
    this.leaderEpoch = leaderEpoch;
    this.config = config;
    this.loaded?.update(leaderEpoch, config);
  }

  /** It is in another directory from now on. For one that is loaded. */
  moveTo(directory: LogDirectory): void {
    this.#directory = directory;
  }

  /** It will not be loaded any more. Resolves when no loading is under way. */
  async retire(error: KafkaError): Promise<void> {
    this.#retryAtMs = Number.POSITIVE_INFINITY;
    this.#error ??= error;
    await this.#loading?.catch(() => {});
  }

  #mayTryAgain(): boolean {
    return this.#directory !== undefined && this.#directory.monotonic() >= this.#retryAtMs;
  }

  async #load(): Promise<LocalPartition> {
    if (this.error !== undefined || this.#directory === undefined) throw this.error;
    this.#error = undefined;
    this.#retryAtMs = Number.POSITIVE_INFINITY;
    try {
      return await this.#directory.load(this);
    } catch (error) {
      if (this.#error === undefined && isDiskFull(error)) this.#retryAtMs = this.#directory.monotonic() + RETRY_MS;
      this.#error ??= error as KafkaError;
      throw this.#error;
    }
  }
}
