// Attacks a broker for a time with everything at once, and says what became of it.

import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { damage, framed, pick } from '../../src/broker/testing/damage.ts';
import { type CorpusRequest, frameOf, parseCorpus } from '../../src/broker/testing/request-corpus.ts';
import { TestClient } from '../../src/broker/testing/test-client.ts';
import { createTopic } from '../../src/broker/testing/topics.ts';
import { nodeNetwork, SeededRandom } from '../../src/platform/index.ts';
import { type Api, alterClientQuotas, UnwritableMessageError } from '../../src/protocol/index.ts';
import { FuzzBroker } from './fuzz-broker.ts';
import { generateRequest, Pool } from './generate-request.ts';
import { COMPACTED_TOPIC, compressionBombs, hostileFrame } from './hostile-frames.ts';
import { type FuzzPorts, StalledConnections } from './stalled-connections.ts';
import { chooseApi, poolOf, STATE_SEQUENCES } from './state-sequences.ts';
import { pushBomb, telemetryBombs } from './telemetry-bombs.ts';
import { Witness } from './witness.ts';

export interface FuzzOptions {
  readonly seed: number;
  readonly durationMs: number;
  /** Connections for each stage at which one can stall. */
  readonly stalledPerStage: number;
  /** Called now and then. */
  readonly onProgress?: (report: FuzzReport) => void;
}

export interface FuzzReport {
  readonly seed: number;
  /** Requests that were sent, damaged, generated or hostile. */
  readonly executions: number;
  readonly stalledConnections: number;
  /** Rounds of a client that behaves well, and the slowest of them. */
  readonly witnessRounds: number;
  readonly slowestWitnessMs: number;
  readonly peakMemoryBytes: number | undefined;
  readonly isAlive: boolean;
  /** Lines of its log that should not be there. */
  readonly errors: readonly string[];
  /** What the witness, or an attacker that did not expect it, complained of. It ends the attack. */
  readonly failure: string | undefined;
}

/** The process itself, 64 MiB for requests, and batches that inflate to 32 MiB and more, one after the other, before the garbage of those before is collected. */
export const MEMORY_CEILING_BYTES = 2 ** 30;

const WORKERS = 12;
const REQUESTS_PER_CONNECTION = 20;
const REQUESTS_PER_SEQUENCE = 60;
/** An answer that takes longer is not waited for: many requests wait on purpose. */
const PATIENCE_MS = 150;
const WITNESS_INTERVAL_MS = 500;

const corpusFile = new URL('../fixtures/corpus-4.3.1.tsv.gz', import.meta.url);
const corpus = parseCorpus(gunzipSync(readFileSync(corpusFile)).toString());
/** A quota for everybody would hold the witness back, as it should. */
const generated = corpus.filter(({ api }) => api.key !== alterClientQuotas.key);

export async function fuzz({ seed, durationMs, stalledPerStage, onProgress }: FuzzOptions): Promise<FuzzReport> {
  await using broker = await FuzzBroker.start();
  const { plain } = broker.ports;
  const witness = new Witness(plain);
  await makeTopics(plain);
  const pool = new Pool();
  const bombs = compressionBombs();
  const pushes = telemetryBombs();
  let failure: string | undefined;
  let executions = 0;
  const count = () => {
    executions++;
  };
  using stalled = await StalledConnections.open(broker.ports, stalledPerStage);
  const endMs = performance.now() + durationMs;
  const isOver = () => failure !== undefined || performance.now() >= endMs || !broker.process.isRunning;
  const report = (): FuzzReport => ({
    seed,
    executions,
    stalledConnections: stalled.count,
    witnessRounds: witness.rounds,
    slowestWitnessMs: Math.round(witness.slowestMs),
    peakMemoryBytes: broker.process.isRunning ? broker.peakMemoryBytes : undefined,
    isAlive: broker.process.isRunning,
    errors: broker.errors,
    failure,
  });
  /** The report is what matters when something fails: the failure becomes part of it. */
  const orFailure = async (work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      if (broker.process.isRunning) failure ??= error instanceof Error ? error.stack : String(error);
    }
  };
  const attack = async (random: SeededRandom) => {
    const kind = random.integer(200);
    if (kind < 80) await sendDamaged(plain, random, count);
    else if (kind < 140) await sendGenerated(plain, random, pool, count);
    else if (kind < 185) await sendSequence(broker.ports, random, count);
    else if (kind < 197) await sendAll(plain, [hostileFrame(random)], count);
    else if (kind < 199) await sendPush(plain, (client) => pushBomb(client, pushes, random), count);
    else await sendAll(plain, [pick(bombs, random)], count);
  };
  const workers = Array.from({ length: WORKERS }, (_, worker) => {
    const random = new SeededRandom(seed * WORKERS + worker);
    return orFailure(async () => {
      while (!isOver()) await attack(random);
    });
  });
  const watch = orFailure(async () => {
    while (!isOver()) {
      await witness.check();
      onProgress?.(report());
      await new Promise((resolve) => setTimeout(resolve, WITNESS_INTERVAL_MS));
    }
  });
  await Promise.all([...workers, watch]);
  if (broker.process.isRunning && failure === undefined) await orFailure(() => witness.check());
  return report();
}

async function makeTopics(port: number): Promise<void> {
  const client = await connect(port);
  for (const name of ['t0', 't1', 't2']) await createTopic(client, name, { partitions: 2 });
  await createTopic(client, COMPACTED_TOPIC, { configs: { 'cleanup.policy': 'compact' } });
  client.close();
}

function connect(port: number): Promise<TestClient> {
  return nodeNetwork.connect({ host: '127.0.0.1', port }).then((stream) => new TestClient(stream));
}

/** Requests of the corpus with mistakes, one behind the other. */
function sendDamaged(port: number, random: SeededRandom, count: () => void): Promise<void> {
  const frames = Array.from({ length: 1 + random.integer(REQUESTS_PER_CONNECTION) }, () =>
    damage(framed(frameOf(pick(corpus, random))), random),
  );
  return sendAll(port, frames, count);
}

/** Writes the frames, and waits for a first answer or the end. */
async function sendAll(port: number, frames: readonly Buffer[], count: () => void): Promise<void> {
  const client = await connect(port);
  for (const frame of frames) {
    client.writeBytes(frame);
    count();
  }
  await within(PATIENCE_MS, client.nextFrame());
  client.close();
}

/** Requests that are well formed and make no sense. */
async function sendGenerated(port: number, random: SeededRandom, pool: Pool, count: () => void): Promise<void> {
  const next = () => pick<CorpusRequest>(generated, random);
  await sendWellFormed(port, { next, pool, length: REQUESTS_PER_CONNECTION }, random, count);
}

/** Requests about one thing that has states. */
async function sendSequence(ports: FuzzPorts, random: SeededRandom, count: () => void): Promise<void> {
  const sequence = pick(STATE_SEQUENCES, random);
  const next = () => chooseApi(sequence, random);
  const conversation = { next, pool: poolOf(sequence), length: REQUESTS_PER_SEQUENCE };
  await sendWellFormed(ports[sequence.port], conversation, random, count);
}

interface Conversation {
  next(): { readonly api: Api; readonly version: number };
  readonly pool: Pool;
  /** Requests at most. */
  readonly length: number;
}

/** Sends each request when the one before is answered. What the answers say is used again. */
async function sendWellFormed(
  port: number,
  { next, pool, length }: Conversation,
  random: SeededRandom,
  count: () => void,
): Promise<void> {
  const client = await connect(port);
  for (let left = 1 + random.integer(length); left > 0 && !client.isClosed; left--) {
    const { api, version } = next();
    try {
      const answer = await within(PATIENCE_MS, send(client, api, version, generateRequest(api, version, random, pool)));
      count();
      if (answer === undefined) break;
      pool.learn(answer);
    } catch (error) {
      // A value that this version of the request cannot say.
      if (!(error instanceof UnwritableMessageError)) throw error;
    }
  }
  client.close();
}

async function sendPush(
  port: number,
  push: (client: TestClient) => Promise<unknown>,
  count: () => void,
): Promise<void> {
  const client = await connect(port);
  await within(PATIENCE_MS, push(client));
  count();
  client.close();
}

function send(client: TestClient, api: Api, version: number, request: object): Promise<unknown> {
  return client.send(api, version, request);
}

/** Undefined when it takes longer, or the broker closes the connection. */
async function within<T>(ms: number, promise: Promise<T>): Promise<T | undefined> {
  const late = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => late.resolve(undefined), ms);
  const settled = promise.catch((error: unknown) => {
    if (error instanceof UnwritableMessageError) throw error;
    return undefined;
  });
  return Promise.race([settled, late.promise]).finally(() => clearTimeout(timer));
}
