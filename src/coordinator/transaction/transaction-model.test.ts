// Producers that take each other's transactional ids run transactions while the log is slow, loses batches and the coordinator crashes.
// Whatever happens, a transaction has one outcome in all its partitions, and the one that its producer was told.

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { readConfig } from '../../config/index.ts';
import { ManualClock, SeededRandom } from '../../platform/index.ts';
import { KafkaError } from '../../protocol/index.ts';
import { silentLogger } from '../../telemetry/index.ts';
import type { LogMarker } from '../runtime/coordinator-log.ts';
import { MemoryLog } from '../runtime/memory-log.ts';
import { requireCurrentMarker } from '../runtime/producer-fencing.ts';
import type { ProducerIdentity } from './init-producer-id.ts';
import { transactionConfigTable } from './transaction-config.ts';
import { TransactionCoordinator } from './transaction-coordinator.ts';

const CLIENTS = 4;
const TRANSACTIONAL_IDS = ['one', 'two'];
const PARTITIONS = 3;
const STEPS = 300;
const SEEDS = 25;
const TIMEOUT_MS = 20_000;

/** What really happened to the records of one transaction of one client. */
interface Transaction {
  readonly places: Set<number>;
  readonly outcomes: Map<number, 'commit' | 'abort'>;
  asked: 'commit' | 'abort' | undefined;
  told: 'commit' | 'abort' | undefined;
}

interface Client {
  readonly transactionalId: string;
  identity: ProducerIdentity | undefined;
  transaction: Transaction | undefined;
  isBusy: boolean;
}

interface PartitionProducer {
  producerEpoch: number;
  coordinatorEpoch: number;
  open: Transaction | undefined;
}

class Model {
  readonly random: SeededRandom;
  readonly clock = new ManualClock();
  readonly log = new MemoryLog();
  readonly partitions = Array.from({ length: PARTITIONS }, () => new Map<bigint, PartitionProducer>());
  readonly transactions: Transaction[] = [];
  readonly clients: Client[];
  coordinator: TransactionCoordinator | undefined;
  failure: unknown;
  isCalm = false;
  #nextProducerId = 1n;
  #coordinatorEpoch = 0;
  #life = 0;

  constructor(seed: number) {
    this.random = new SeededRandom(seed);
    this.clients = Array.from({ length: CLIENTS }, (_, index) => ({
      transactionalId: TRANSACTIONAL_IDS[index % TRANSACTIONAL_IDS.length] ?? '',
      identity: undefined,
      transaction: undefined,
      isBusy: false,
    }));
  }

  async start(): Promise<void> {
    const life = ++this.#life;
    this.coordinator = new TransactionCoordinator({
      log: this.log,
      clock: this.clock,
      logger: silentLogger,
      config: readConfig(transactionConfigTable, {}),
      partitionCount: () => 1,
      transactionVersion: () => 2,
      coordinatorEpoch: () => this.#coordinatorEpoch,
      nextProducerId: async () => this.#nextProducerId++,
      writeMarker: async ({ partition }, marker) => {
        if (this.random.integer(3) === 0) await this.nextTurn();
        // The markers of a process that has died are not written.
        if (life !== this.#life) throw new KafkaError('NOT_LEADER_OR_FOLLOWER');
        if (!this.isCalm && this.random.integer(4) === 0) throw new KafkaError('NOT_LEADER_OR_FOLLOWER');
        this.writeMarker(partition, marker);
        // It was written, and nobody hears of it.
        if (!this.isCalm && this.random.integer(6) === 0) throw new KafkaError('REQUEST_TIMED_OUT');
      },
    });
    await this.coordinator.load(0).catch(() => {});
  }

  writeMarker(index: number, marker: LogMarker): void {
    const producers = this.partitions[index];
    const known = producers?.get(marker.producerId);
    requireCurrentMarker(marker, known && { ...known, hasOpenTransaction: known.open !== undefined });
    const outcome = marker.isCommit ? 'commit' : 'abort';
    known?.open?.outcomes.set(index, outcome);
    const { producerEpoch, coordinatorEpoch } = marker;
    producers?.set(marker.producerId, { producerEpoch, coordinatorEpoch, open: undefined });
  }

  async step(): Promise<void> {
    const { random, log, clock } = this;
    const dice = random.integer(100);
    if (dice < 70) this.act(this.clients[random.integer(CLIENTS)]);
    else if (dice < 82) clock.advance(random.integer(3000));
    else if (dice < 88) log.isHolding = true;
    else if (dice < 95) this.letGo();
    else if (dice < 97) log.fail(new KafkaError('NOT_ENOUGH_REPLICAS'), random.integer(2) === 0);
    else await this.crash();
    await this.nextTurn();
    if (this.failure !== undefined) throw this.failure;
  }

  letGo(): void {
    this.log.isHolding = false;
    this.log.commit();
  }

  async crash(): Promise<void> {
    this.#life++;
    this.#coordinatorEpoch++;
    const stopped = this.coordinator?.stop();
    this.log.isHolding = false;
    this.log.fail(new KafkaError('NOT_LEADER_OR_FOLLOWER'), this.random.integer(2) === 0);
    await stopped;
    await this.start();
  }

  act(client: Client | undefined): void {
    if (client === undefined || client.isBusy) return;
    client.isBusy = true;
    this.actOnce(client)
      .catch((error: unknown) => {
        if (!(error instanceof KafkaError)) this.failure ??= error;
        // Whatever it was, a producer that does not know where it stands begins anew.
        if (error instanceof KafkaError && error.code !== 'CONCURRENT_TRANSACTIONS') this.startOver(client);
      })
      .finally(() => {
        client.isBusy = false;
      });
  }

  startOver(client: Client): void {
    client.identity = undefined;
    client.transaction = undefined;
  }

  async actOnce(client: Client): Promise<void> {
    const { coordinator, random } = this;
    const { transactionalId, identity } = client;
    if (coordinator === undefined) return;
    if (identity === undefined) {
      client.identity = await coordinator.initProducerId({
        transactionalId,
        timeoutMs: TIMEOUT_MS,
        enablesTwoPhaseCommit: false,
        keepsPreparedTransaction: false,
        expected: undefined,
      });
      return;
    }
    if (client.transaction === undefined || random.integer(3) > 0) await this.produce(client, identity);
    else await this.end(client, identity, client.transaction);
  }

  async produce(client: Client, identity: ProducerIdentity): Promise<void> {
    const partition = this.random.integer(PARTITIONS);
    const { transactionalId } = client;
    const partitions = [{ topic: 'events', partition }];
    await this.coordinator?.addPartitions({ transactionalId, ...identity, partitions }, 2);
    const producers = this.partitions[partition];
    const known = producers?.get(identity.producerId);
    if (known !== undefined && known.producerEpoch > identity.producerEpoch)
      throw new KafkaError('INVALID_PRODUCER_EPOCH');
    const transaction = client.transaction ?? this.newTransaction();
    client.transaction = transaction;
    assert.ok(known?.open === undefined || known.open === transaction, 'two transactions are open at once');
    producers?.set(identity.producerId, {
      producerEpoch: identity.producerEpoch,
      coordinatorEpoch: known?.coordinatorEpoch ?? -1,
      open: transaction,
    });
    transaction.places.add(partition);
  }

  newTransaction(): Transaction {
    const transaction: Transaction = { places: new Set(), outcomes: new Map(), asked: undefined, told: undefined };
    this.transactions.push(transaction);
    return transaction;
  }

  async end(client: Client, identity: ProducerIdentity, transaction: Transaction): Promise<void> {
    const outcome = transaction.asked ?? (this.random.integer(2) === 0 ? 'commit' : 'abort');
    transaction.asked = outcome;
    const request = { transactionalId: client.transactionalId, ...identity, isCommit: outcome === 'commit' };
    client.identity = await this.coordinator?.endTransaction({ ...request, clientTransactionVersion: 2 });
    transaction.told = outcome;
    client.transaction = undefined;
  }

  /** No more faults, and time enough for everything to come to its end. */
  async calmDown(): Promise<void> {
    this.isCalm = true;
    this.letGo();
    for (let turn = 0; turn < 100; turn++) {
      this.clock.advance(1000);
      await this.nextTurn();
    }
  }

  check(): void {
    for (const { places, outcomes, asked, told } of this.transactions) {
      const values = new Set(outcomes.values());
      assert.equal(outcomes.size, places.size, 'a partition has no marker');
      assert.equal(values.size, 1, 'a transaction has two outcomes');
      const [outcome] = values;
      if (told !== undefined) assert.equal(outcome, told);
      if (asked !== 'commit') assert.equal(outcome, 'abort');
    }
  }

  nextTurn(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve));
  }
}

it(`has one outcome for each transaction, whatever is lost on the way (${SEEDS} seeds)`, async () => {
  let committed = 0;
  for (let seed = 1; seed <= SEEDS; seed++) {
    const model = new Model(seed);
    try {
      await model.start();
      for (let step = 0; step < STEPS; step++) await model.step();
      await model.calmDown();
      model.check();
      committed += model.transactions.filter(({ told }) => told === 'commit').length;
    } catch (error) {
      throw new Error(`seed ${seed} failed`, { cause: error });
    } finally {
      await model.coordinator?.stop();
    }
  }
  assert.ok(committed > SEEDS, `only ${committed} transactions were committed`);
});
