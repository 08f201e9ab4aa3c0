// One run: a machine with a broker, clients, faults and checkers, in one process, in an order that the seed decides. Nothing waits for real
// time: when nothing can go on, the clock moves to the next timer.

import { ManualClock, type Random, SeededRandom, sleep } from '../platform/index.ts';
import { administer, createTopic, FIRST_TOPIC, topicConfigs } from './actors/administering.ts';
import { commitOffsets } from './actors/committing.ts';
import { copyTopic } from './actors/copying.ts';
import { disturb } from './actors/disturbing.ts';
import { joinGroup } from './actors/grouping.ts';
import { overwriteKeys } from './actors/overwriting.ts';
import { produceRecords } from './actors/producing.ts';
import { followTopic } from './actors/reading.ts';
import { shareRecords } from './actors/sharing.ts';
import { processStreams } from './actors/streaming.ts';
import { transact } from './actors/transacting.ts';
import { rotFile, rotMetadataLog } from './bit-rot.ts';
import { type CheckOptions, checkEverything } from './check-everything.ts';
import { checkRotten, checkVerified, repairRotten } from './check-rotten.ts';
import { Clients } from './clients.ts';
import { runUntil } from './event-loop.ts';
import { History } from './history.ts';
import type { PlantedBug } from './planted-bug.ts';
import { ProcessGate } from './process-gate.ts';
import type { RunContext } from './run-context.ts';
import { type BrokerProcess, LOG_DIRECTORIES, SimulatedMachine } from './simulated-broker.ts';
import { SimulatedDisk } from './simulated-disk.ts';
import { SimulatedNetwork } from './simulated-network.ts';
import { drawSwarm, type Swarm } from './swarm.ts';
import { type OnEvent, Trace } from './trace.ts';
import { promise, Violation } from './violation.ts';

export interface RunOptions {
  readonly seed: number;
  readonly plantedBug?: PlantedBug | undefined;
  /** In place of what the seed would choose. */
  readonly swarm?: Partial<Swarm>;
  readonly onEvent?: OnEvent;
}

export interface RunResult {
  readonly seed: number;
  /** What went wrong first; undefined when every promise was kept. */
  readonly error: Error | undefined;
  /** Of all events: the same for the same seed. */
  readonly digest: string;
  readonly events: number;
  readonly crashes: number;
  readonly records: number;
}

/** ms of simulated time for a broker to start, to stop, or to be checked. */
const MOST_PATIENCE_MS = 1_200_000;

export async function simulate(options: RunOptions): Promise<RunResult> {
  const world = new World(options);
  const error = await world.run();
  return { seed: options.seed, error, ...world.summary() };
}

class World implements RunContext {
  readonly #time = new ManualClock();
  readonly #random: Random;
  readonly #disk: SimulatedDisk;
  readonly #network: SimulatedNetwork;
  readonly #machine: SimulatedMachine;
  readonly swarm: Swarm;
  readonly trace: Trace;
  readonly history = new History();
  readonly clients: Clients;
  readonly clock = this.#time;
  powerCuts = 0;
  crashes = 0;
  #process: BrokerProcess | undefined;

  constructor({ seed, plantedBug, swarm, onEvent }: RunOptions) {
    this.#random = new SeededRandom(seed);
    this.swarm = { ...drawSwarm(this.random()), ...swarm };
    this.trace = new Trace(this.#time, onEvent);
    this.#disk = new SimulatedDisk(this.#time);
    this.#network = new SimulatedNetwork({
      clock: this.#time,
      random: this.random(),
      maxLatencyMs: this.swarm.maxNetworkLatencyMs,
    });
    const gate = new ProcessGate();
    this.clients = new Clients(this.#time, this.#network.forProcess('clients', gate), this.random());
    this.#machine = new SimulatedMachine({
      clock: this.#time,
      random: this.random(),
      disk: this.#disk,
      network: this.#network,
      swarm: this.swarm,
      trace: this.trace,
      history: this.history,
      plantedBug,
    });
  }

  random(): Random {
    return new SeededRandom(this.#random.integer(2 ** 32));
  }

  summary() {
    const { trace, history } = this;
    return { digest: trace.digest(), events: trace.count, crashes: this.crashes, records: history.records.size };
  }

  async run(): Promise<Error | undefined> {
    this.trace.event(`swarm ${JSON.stringify(this.swarm)}`);
    try {
      await runUntil(this.#time, this.#live(), MOST_PATIENCE_MS * 4);
      return undefined;
    } catch (error) {
      this.trace.event(`FAILED ${(error as Error).message}`);
      return error as Error;
    }
  }

  async #live(): Promise<void> {
    for (const directory of LOG_DIRECTORIES) await this.#disk.makeDirectory(directory);
    await this.#disk.syncDirectory('/');
    await this.#start();
    await this.#makeFirstTopic();
    const ending = new AbortController();
    const endless = this.#endlessActors(ending.signal);
    const finite = this.#finiteActors();
    const calm = new Promise<void>((resolve) => ending.signal.addEventListener('abort', () => resolve()));
    finite.push(...this.#shareGroups(Promise.all([calm, ...finite])), ...this.#streamsGroups(calm));
    // Whatever goes wrong in an actor ends the run, also while something else is waited for.
    const failure = new Promise<never>((_resolve, reject) => {
      for (const actor of [...endless, ...finite]) actor.catch(reject);
    });
    failure.catch(() => {});
    await Promise.race([this.#crashAndCheck(), failure]);
    ending.abort();
    this.#network.heal();
    this.#disk.capacityBytes = Number.MAX_SAFE_INTEGER;
    await Promise.race([Promise.all([...finite, ...endless, this.#keepAlive(finite)]), failure]);
    await this.#lastChecks();
  }

  async #makeFirstTopic(): Promise<void> {
    await using admin = this.clients.admin();
    await createTopic(this, admin, { name: FIRST_TOPIC, partitions: 2, configs: topicConfigs(this.swarm) });
  }

  #finiteActors(): Promise<void>[] {
    const { swarm } = this;
    const many = (count: number, run: (index: number) => Promise<void>) =>
      Array.from({ length: count }, (_, index) => run(index));
    return [
      ...many(swarm.idempotentProducers, (index) =>
        produceRecords(this, { name: `idempotent-${index}`, acks: 'all', isIdempotent: true }),
      ),
      ...many(swarm.plainProducers, (index) =>
        produceRecords(this, { name: `plain-${index}`, acks: 'all', isIdempotent: false }),
      ),
      ...many(swarm.hastyProducers, (index) =>
        produceRecords(this, { name: `hasty-${index}`, acks: 1, isIdempotent: false }),
      ),
      commitOffsets(this, 'committers'),
      administer(this),
      transact(this),
      overwriteKeys(this),
      copyTopic(this),
    ];
  }

  #endlessActors(signal: AbortSignal): Promise<void>[] {
    const topic = this.history.topics.get(FIRST_TOPIC);
    if (topic === undefined) return [];
    const readers = Array.from({ length: this.swarm.readers }, () => followTopic(this, topic, signal));
    const members = Array.from({ length: this.swarm.groupMembers }, () => joinGroup(this, topic, signal));
    const target = { network: this.#network, disk: this.#disk, process: () => this.#process };
    return [...readers, ...members, disturb(this, target, signal)];
  }

  #shareGroups(calm: Promise<unknown>): Promise<void>[] {
    // Who fails is heard of anyway.
    calm.catch(() => {});
    const topic = this.history.topics.get(FIRST_TOPIC);
    if (topic === undefined) return [];
    const options = { topic, network: this.#network, calm };
    return Array.from({ length: this.swarm.shareGroups }, (_, index) =>
      shareRecords(this, `sharers-${index}`, options),
    );
  }

  #streamsGroups(calm: Promise<void>): Promise<void>[] {
    const topic = this.history.topics.get(FIRST_TOPIC);
    return topic === undefined || this.swarm.streamsMembers === 0 ? [] : [processStreams(this, topic, calm)];
  }

  async #crashAndCheck(): Promise<void> {
    const random = this.random();
    for (let crash = 0; crash < this.swarm.crashes; crash++) {
      await sleep(this.#time, random.integer(this.swarm.maxLifeMs));
      await this.#endProcess(random);
      await sleep(this.#time, random.integer(500));
      await this.#start();
      await this.#check(random, { isOver: false });
    }
  }

  /** The broker dies a few calls to its disk later, or soon when it has nothing to do. */
  async #endProcess(random: Random): Promise<void> {
    const process = this.#running();
    process.disk.dieAfter(random.integer(this.swarm.lastCalls));
    const end = await Promise.race([process.ended, sleep(this.#time, 500)]);
    await this.#crash(process, end === 'failed', random);
  }

  /**
   * Now at the latest somebody notices a failed disk. Either the machine gets another one, and what was not synced is gone; or the broker is just
   * started again, sees what the page cache has of that, and can sync it as often as it likes.
   */
  async #crash(process: BrokerProcess, isFailed: boolean, random: Random): Promise<void> {
    this.crashes++;
    const isReplaced = (isFailed || process.disk.hasFailed) && !this.swarm.trustsFailedDisk;
    if (isReplaced || random.integer(100) < this.swarm.powerCutPercent) {
      this.powerCuts++;
      this.#machine.cutPower(process);
      this.history.cutPower();
    } else await this.#machine.kill(process);
  }

  async #start(): Promise<void> {
    const random = this.random();
    if (this.#process !== undefined) await this.#machine.powerUp(this.#process);
    for (let tries = 0; ; tries++) {
      // Without room a broker cannot start; whoever starts it has made some.
      this.#disk.capacityBytes = Number.MAX_SAFE_INTEGER;
      this.trace.event('the broker starts');
      const process = this.#machine.boot();
      this.#process = process;
      const isTrial = tries < 2 && this.crashes > 0;
      const lacksDirectory = isTrial && this.#losesDirectory(process, random);
      if (isTrial && this.swarm.diesWhileStarting) process.disk.dieAfter(random.integer(40));
      // A start on a bad disk may end with an error, as may anything else.
      const started = process.started.then(
        () => 'started' as const,
        (error: unknown) => (process.disk.hasFailed ? ('failed' as const) : Promise.reject(error)),
      );
      const outcome = await Promise.race([started, process.ended, this.#patience()]);
      if (outcome === 'late') throw new Violation('the broker does not start');
      process.disk.dieAfter(Number.POSITIVE_INFINITY);
      process.hasStarted = outcome === 'started';
      if (process.hasStarted && !lacksDirectory) break;
      if (process.hasStarted) await Promise.race([sleep(this.#time, random.integer(2000)), process.ended]);
      await this.#crash(process, outcome === 'failed', random);
      await this.#machine.powerUp(process);
    }
    this.trace.event('the broker has started');
  }

  /** With its last log directory away a broker serves what is in the others. */
  #losesDirectory(process: BrokerProcess, random: Random): boolean {
    const { logDirectories, losesDirectory } = this.swarm;
    const directory = LOG_DIRECTORIES[logDirectories - 1];
    if (!losesDirectory || logDirectories < 2 || directory === undefined || random.integer(2) === 0) return false;
    this.trace.event(`the disk of ${directory} is away`);
    process.disk.makeUnusable(directory);
    return true;
  }

  async #check(random: Random, options: CheckOptions): Promise<void> {
    await this.#whileAlive(random, () => checkEverything(this.clients, this.history, options));
    this.trace.event('every promise is kept');
  }

  /** The broker is expected to live until the check is over, unless its disk has failed: then there is another one. */
  async #whileAlive(random: Random, check: () => Promise<void>): Promise<void> {
    for (;;) {
      const process = this.#running();
      // Nobody answers for what is in a log directory that failed while others go on.
      const checked = check().then(
        () => 'checked' as const,
        (error: unknown) =>
          process.disk.hasFailed && !(error instanceof Violation) ? ('failed' as const) : Promise.reject(error),
      );
      // When the broker fails first, nobody cares for the outcome.
      checked.catch(() => {});
      const outcome = await Promise.race([checked, process.ended, this.#patience()]);
      if (outcome === 'late') throw new Violation('the broker does not answer the checkers');
      if (outcome === 'checked') return;
      await this.#crash(process, true, random);
      await this.#start();
    }
  }

  /** Starts the broker again for as long as clients are at work, should it fail once more. */
  async #keepAlive(actors: readonly Promise<void>[]): Promise<void> {
    const random = this.random();
    const done = Promise.all(actors).then(() => 'done' as const);
    for (;;) {
      const process = this.#running();
      if ((await Promise.race([done, process.ended])) === 'done') return;
      await this.#crash(process, true, random);
      await this.#start();
    }
  }

  /** Once after all is done, and once after a clean stop, which must keep everything. */
  async #lastChecks(): Promise<void> {
    await this.#check(this.random(), { isOver: true });
    await this.#restart(async () => {});
    await this.#check(this.random(), { isOver: true });
    if (this.swarm.rots) await this.#rot();
    await this.#machine.kill(this.#running());
  }

  /** Stops the broker cleanly; `meanwhile` happens before it is started again. */
  async #restart<T>(meanwhile: () => Promise<T>): Promise<T> {
    await this.#stop();
    const result = await meanwhile();
    await this.#start();
    return result;
  }

  async #stop(): Promise<void> {
    const process = this.#running();
    const broker = await process.started;
    this.trace.event('the broker stops');
    const outcome = await Promise.race([broker.stop().then(() => 'stopped' as const), process.ended, this.#patience()]);
    if (outcome === 'late') throw new Violation('the broker does not stop');
    await this.#machine.kill(process);
  }

  /** Behind all other faults, so that nothing else can be the reason for what is wrong then. */
  async #rot(): Promise<void> {
    const random = this.random();
    if (this.swarm.rotsIn === 'metadata') return this.#rotMetadata(random);
    const isRunning = this.swarm.rotsIn === 'running';
    const rot = isRunning
      ? await rotFile(this.#disk, this.history, random, /\.log$/)
      : await this.#restart(async () => {
          const found = await rotFile(this.#disk, this.history, random);
          if (found !== undefined) await checkVerified(this.#disk, found);
          return found;
        });
    if (rot === undefined) return;
    const { trace } = this;
    trace.event(`${rot.path} has changed by itself, at ${rot.position ?? 'some place'}`);
    if (rot.position === undefined) return this.#check(random, { isOver: true });
    const options = { trace, disk: this.#disk, isCached: isRunning };
    await this.#whileAlive(random, () => checkRotten(this.clients, this.history, rot, options));
    await this.#check(random, { isOver: true, except: rot });
    const services = { clock: this.#time, random };
    await this.#restart(() => repairRotten(this.#disk, rot, services));
    await this.#check(random, { isOver: true });
  }

  /** No broker starts on metadata that has changed; it goes on where somebody has brought back what there was. */
  async #rotMetadata(random: Random): Promise<void> {
    await this.#stop();
    const rot = await rotMetadataLog(this.#disk, random);
    if (rot !== undefined) {
      this.trace.event(`${rot.path} has changed by itself, at ${rot.position}`);
      const process = this.#machine.boot();
      const failure = process.started.then(
        () => 'it starts',
        (error: Error) => error.message,
      );
      const outcome = await Promise.race([failure, this.#patience()]);
      promise(outcome.includes(rot.path), () => `nobody is told that ${rot.path} has changed: ${outcome}`);
      await this.#machine.kill(process);
      await rot.restore();
    }
    await this.#start();
    await this.#check(random, { isOver: true });
  }

  async #patience(): Promise<'late'> {
    await sleep(this.#time, MOST_PATIENCE_MS);
    return 'late';
  }

  #running(): BrokerProcess {
    if (this.#process === undefined) throw new Error('the broker was never started');
    return this.#process;
  }
}
