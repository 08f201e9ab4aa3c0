// Runs state machines over the partitions of an internal topic: loads them, runs operations on them, and lets answers go when what
// they tell is committed. Groups, transactions, share groups and the cluster's metadata are all users of it.

import type { Clock, Timer } from '../../platform/index.ts';
import { KafkaError } from '../../protocol/index.ts';
import type { Logger } from '../../telemetry/index.ts';
import type { CoordinatorLog, LogMarker } from './coordinator-log.ts';
import type { RecordSerde } from './record-serde.ts';
import { Shard } from './shard.ts';
import type { OperationResult, ShardContext, StateMachine } from './state-machine.ts';

export interface CoordinatorRuntimeOptions<R, S extends StateMachine<R>> {
  readonly log: CoordinatorLog;
  readonly serde: RecordSerde<R>;
  readonly clock: Clock;
  readonly logger: Logger;
  createState(context: ShardContext<R>): S;
  /** Operations are refused with COORDINATOR_NOT_AVAILABLE while more bytes of a partition wait to be written. Default 64 MiB. */
  readonly maxWaitingBytes?: number;
  /** Time between a failed load and the next try. Default 1000. */
  readonly reloadBackoffMs?: number;
}

interface Slot<R, S extends StateMachine<R>> {
  shard: Shard<R, S>;
  retry: Timer | undefined;
  isUnloaded: boolean;
}

export class CoordinatorRuntime<R, S extends StateMachine<R>> {
  readonly #options: CoordinatorRuntimeOptions<R, S>;
  readonly #slots = new Map<number, Slot<R, S>>();

  constructor(options: CoordinatorRuntimeOptions<R, S>) {
    this.#options = options;
  }

  /** The partitions in service, or on the way there. */
  get partitions(): number[] {
    return [...this.#slots.keys()];
  }

  /**
   * Takes the partition into service. Resolves when it is loaded; rejects when the first load fails, and tries again by itself until
   * `unload`. A partition in service stays as it is.
   */
  async load(partition: number): Promise<void> {
    if (this.#slots.has(partition)) return;
    const slot: Slot<R, S> = { shard: this.#createShard(partition), retry: undefined, isUnloaded: false };
    this.#slots.set(partition, slot);
    await this.#loadShard(partition, slot);
  }

  /** Takes the partition out of service: requests are refused with NOT_COORDINATOR. Resolves when no append of it is under way. */
  async unload(partition: number): Promise<void> {
    const slot = this.#slots.get(partition);
    if (slot === undefined) return;
    this.#slots.delete(partition);
    slot.isUnloaded = true;
    slot.retry?.cancel();
    await slot.shard.close(new KafkaError('NOT_COORDINATOR'));
  }

  async stop(): Promise<void> {
    await Promise.all(this.partitions.map((partition) => this.unload(partition)));
  }

  /** Runs the operation at once, and resolves with its response when what it decided is committed. Rejects with a `KafkaError`. */
  write<Response>(partition: number, operation: (state: S) => OperationResult<R, Response>): Promise<Response> {
    const slot = this.#slots.get(partition);
    if (slot === undefined) return Promise.reject(new KafkaError('NOT_COORDINATOR'));
    return slot.shard.write(operation);
  }

  /**
   * Writes the end of a transaction behind its records, and applies it. Rejects with INVALID_PRODUCER_EPOCH or
   * TRANSACTION_COORDINATOR_FENCED when the marker is older than what is known.
   */
  completeTransaction(partition: number, marker: LogMarker): Promise<void> {
    const slot = this.#slots.get(partition);
    if (slot === undefined) return Promise.reject(new KafkaError('NOT_COORDINATOR'));
    return slot.shard.completeTransaction(marker);
  }

  /** Asks the state at once, and resolves with the answer when everything that it shows is committed. */
  read<Answer>(partition: number, query: (state: S) => Answer): Promise<Answer> {
    const slot = this.#slots.get(partition);
    if (slot === undefined) return Promise.reject(new KafkaError('NOT_COORDINATOR'));
    return slot.shard.read(query);
  }

  /** For those who only count: asks what is loaded, committed or not. */
  peek<Answer>(query: (state: S) => Answer): Answer[] {
    return Array.from(this.#slots.values(), ({ shard }) => shard.peek(query)).filter((answer) => answer !== undefined);
  }

  #createShard(partition: number): Shard<R, S> {
    const { log, serde, clock, logger, createState, maxWaitingBytes = 64 * 1024 * 1024 } = this.#options;
    const shard: Shard<R, S> = new Shard<R, S>({
      partition,
      log,
      serde,
      clock,
      logger: logger.child({ partition }),
      maxWaitingBytes,
      createState,
      onFailure: () => this.#reload(partition, shard),
    });
    return shard;
  }

  async #loadShard(partition: number, slot: Slot<R, S>): Promise<void> {
    const { clock, logger, reloadBackoffMs = 1000 } = this.#options;
    try {
      await slot.shard.load();
    } catch (error) {
      if (slot.isUnloaded) throw new KafkaError('NOT_COORDINATOR');
      logger.error({ partition, error }, 'cannot load the state of the coordinator');
      await slot.shard.close(new KafkaError('COORDINATOR_LOAD_IN_PROGRESS'));
      slot.shard = this.#createShard(partition);
      slot.retry = clock.schedule(reloadBackoffMs, () => this.#loadInBackground(partition, slot));
      throw error;
    }
  }

  #reload(partition: number, failed: Shard<R, S>): void {
    const slot = this.#slots.get(partition);
    if (slot?.shard !== failed) return;
    slot.shard = this.#createShard(partition);
    this.#loadInBackground(partition, slot);
  }

  #loadInBackground(partition: number, slot: Slot<R, S>): void {
    // A failure is logged there, and tried again later.
    this.#loadShard(partition, slot).catch(() => {});
  }
}
