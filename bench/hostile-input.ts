// Memory of a broker before, during and after attacks of each kind, and how long a client that behaves well has to wait meanwhile. A row for each attack,
// as docs/security.md shows them. Argument: seconds for each attack (5).

import net from 'node:net';
import tls from 'node:tls';
import { TestClient } from '../src/broker/testing/test-client.ts';
import { createTopic } from '../src/broker/testing/topics.ts';
import { nodeNetwork, SeededRandom } from '../src/platform/index.ts';
import { consumerGroupHeartbeat, saslAuthenticate, saslHandshake } from '../src/protocol/index.ts';
import { FuzzBroker } from '../test/fuzz/fuzz-broker.ts';
import { COMPACTED_TOPIC, compressionBombs, hostileFrame } from '../test/fuzz/hostile-frames.ts';
import { type FuzzPorts, StalledConnections } from '../test/fuzz/stalled-connections.ts';
import { pushBomb, telemetryBombs } from '../test/fuzz/telemetry-bombs.ts';
import { Witness } from '../test/fuzz/witness.ts';

const SECONDS = Number(process.argv[2] ?? 5);
const HOST = '127.0.0.1';
const SEED = 1;
const STALLED_PER_STAGE = 250;
const LARGE_REQUESTS = 300;
/** Of the largest that the attacked broker takes, but for the last byte. */
const LARGE_REQUEST_BYTES = 8 * 2 ** 20;
/** One for all of them: the witness lives in this process too. */
const UNFINISHED = Buffer.alloc(LARGE_REQUEST_BYTES - 1);
const PAUSE_MS = 1000;
/** Who guesses passwords, begins handshakes or asks for patterns does so over so many connections at a time. */
const ATTACKERS = 20;
/** Patterns that take a backtracking engine for ever on the topic's name. */
const LONG_TOPIC = 'a'.repeat(200);
const SLOW_PATTERNS = ['(a+)+$b', '(a|aa)+$b', '(.*a){20}b', `${'(a?)'.repeat(100)}b`];

interface Attack {
  readonly name: string;
  /** Until it is over, or for ever until the signal says so; what it holds open is closed with the scope. */
  run(broker: FuzzBroker, isOver: () => boolean): Promise<void>;
}

const bombs = compressionBombs();
const pushes = telemetryBombs();

const ATTACKS: readonly Attack[] = [
  { name: 'nothing', run: (_broker, isOver) => until(isOver) },
  {
    name: `${STALLED_PER_STAGE * 12} connections that stall, at 12 stages of TCP, TLS and SASL`,
    async run({ ports }, isOver) {
      using _stalled = await StalledConnections.open(ports, STALLED_PER_STAGE);
      await until(isOver);
    },
  },
  {
    name: `${LARGE_REQUESTS} requests of 8 MiB that lack their last byte (2.4 GiB)`,
    async run({ ports }, isOver) {
      const sockets = Array.from({ length: LARGE_REQUESTS }, () => unfinishedRequest(ports.plain));
      await until(isOver);
      for (const socket of sockets) socket.destroy();
    },
  },
  {
    name: 'lengths that lie, fields without end, other protocols',
    run: (broker, isOver) => flood(broker, isOver, hostileFrame),
  },
  {
    name: `TLS handshakes, ${ATTACKERS} at a time`,
    run: ({ ports }, isOver) => together(isOver, () => handshake(ports)),
  },
  {
    name: `guesses of a SCRAM password, ${ATTACKERS} at a time`,
    run: ({ ports }, isOver) =>
      together(isOver, (random) => asClient(ports.saslPlain, (client) => guess(client, random))),
  },
  {
    name: `patterns for topics that take other engines for ever, ${ATTACKERS} groups at a time`,
    run: ({ ports }, isOver) => together(isOver, (random) => asClient(ports.plain, (client) => match(client, random))),
  },
  {
    name: 'pushes of metrics that inflate to 20 MiB, or to half a million fields',
    run: ({ ports }, isOver) =>
      together(isOver, (random) => asClient(ports.plain, (client) => pushBomb(client, pushes, random)), 1),
  },
  ...['gzip', 'lz4', 'snappy', 'zstd'].map((codec, index) => ({
    name: `batches that inflate as far as ${codec} can, to 400 MiB`,
    run: (broker: FuzzBroker, isOver: () => boolean) => flood(broker, isOver, () => bombs[index] ?? Buffer.alloc(0)),
  })),
];

await using broker = await FuzzBroker.start();
const client = new TestClient(await nodeNetwork.connect({ host: HOST, port: broker.ports.plain }));
await createTopic(client, COMPACTED_TOPIC, { configs: { 'cleanup.policy': 'compact' } });
await createTopic(client, LONG_TOPIC);
client.close();
await new Witness(broker.ports.plain).check();
console.log('| attack | memory before | most during | after | slowest honest client |');
console.log('| --- | --- | --- | --- | --- |');
for (const attack of ATTACKS) await measure(attack);
if (broker.errors.length > 0) throw new Error(broker.errors.join('\n'));

async function measure({ name, run }: Attack): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  await broker.forgetPeak();
  const before = broker.memoryBytes;
  const endMs = performance.now() + SECONDS * 1000;
  const isOver = () => performance.now() >= endMs;
  const witness = new Witness(broker.ports.plain);
  const attacking = run(broker, isOver);
  do {
    await witness.check();
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS / 4));
  } while (!isOver());
  await attacking;
  const most = broker.peakMemoryBytes;
  await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  await witness.check();
  const figures = [before, most, broker.memoryBytes].map(
    (bytes) => `${Math.round((bytes ?? Number.NaN) / 2 ** 20)} MiB`,
  );
  console.log(`| ${[name, ...figures, `${Math.round(witness.slowestMs)} ms`].join(' | ')} |`);
}

/** One connection after the other, each with something that its broker should not take. */
async function flood(
  { ports }: FuzzBroker,
  isOver: () => boolean,
  frame: (random: SeededRandom) => Buffer,
): Promise<void> {
  const random = new SeededRandom(SEED);
  while (!isOver()) {
    const stream = new TestClient(await nodeNetwork.connect({ host: HOST, port: ports.plain }));
    stream.writeBytes(frame(random));
    await Promise.race([stream.nextFrame().catch(() => {}), new Promise((resolve) => setTimeout(resolve, PAUSE_MS))]);
    stream.close();
  }
}

/** So many attackers, each of which begins again when it is done. */
async function together(
  isOver: () => boolean,
  attack: (random: SeededRandom) => Promise<unknown>,
  attackers = ATTACKERS,
): Promise<void> {
  const attacking = Array.from({ length: attackers }, async (_, index) => {
    const random = new SeededRandom(SEED + index);
    while (!isOver()) await attack(random).catch(() => {});
  });
  await Promise.all(attacking);
}

async function asClient(port: number, attack: (client: TestClient) => Promise<unknown>): Promise<void> {
  const client = new TestClient(await nodeNetwork.connect({ host: HOST, port }));
  await attack(client).finally(() => client.close());
}

function handshake({ ssl }: FuzzPorts): Promise<void> {
  return new Promise((resolve) => {
    const socket = tls.connect({ host: HOST, port: ssl, rejectUnauthorized: false }, () => socket.destroy());
    socket.on('error', () => {}).once('close', () => resolve());
  });
}

async function guess(client: TestClient, random: SeededRandom): Promise<void> {
  const nonce = random.bytes(12).toString('hex');
  await client.send(saslHandshake, 1, { mechanism: 'SCRAM-SHA-256' });
  const first = await client.send(saslAuthenticate, 2, { authBytes: Buffer.from(`n,,n=admin,r=${nonce}`) });
  const [, full = nonce] = /r=([^,]+)/.exec(first.authBytes.toString()) ?? [];
  const proof = random.bytes(32).toString('base64');
  await client.send(saslAuthenticate, 2, { authBytes: Buffer.from(`c=biws,r=${full},p=${proof}`) });
}

async function match(client: TestClient, random: SeededRandom): Promise<void> {
  const member = {
    groupId: random.bytes(8).toString('hex'),
    memberId: random.bytes(8).toString('hex'),
    memberEpoch: 0,
  };
  const subscribedTopicRegex = SLOW_PATTERNS[random.integer(SLOW_PATTERNS.length)] ?? '';
  await client.send(consumerGroupHeartbeat, 1, {
    ...{ ...member, rebalanceTimeoutMs: 1000, topicPartitions: [], subscribedTopicNames: null, subscribedTopicRegex },
  });
}

function unfinishedRequest(port: number): net.Socket {
  const length = Buffer.alloc(4);
  length.writeInt32BE(LARGE_REQUEST_BYTES);
  const socket = net.connect({ host: HOST, port });
  socket.on('error', () => {});
  socket.write(length);
  socket.write(UNFINISHED);
  return socket;
}

async function until(isOver: () => boolean): Promise<void> {
  while (!isOver()) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS / 10));
}
