// Memory of a broker before, during and after attacks of each kind, and how long a client that behaves well has to wait meanwhile. A row for each attack,
// as docs/security.md shows them. Argument: seconds for each attack (5).

import net from 'node:net';
import { TestClient } from '../src/broker/testing/test-client.ts';
import { createTopic } from '../src/broker/testing/topics.ts';
import { nodeNetwork, SeededRandom } from '../src/platform/index.ts';
import { FuzzBroker } from '../test/fuzz/fuzz-broker.ts';
import { COMPACTED_TOPIC, compressionBombs, hostileFrame } from '../test/fuzz/hostile-frames.ts';
import { StalledConnections } from '../test/fuzz/stalled-connections.ts';
import { Witness } from '../test/fuzz/witness.ts';

const SECONDS = Number(process.argv[2] ?? 5);
const HOST = '127.0.0.1';
const SEED = 1;
const STALLED_PER_STAGE = 250;
const LARGE_REQUESTS = 300;
/** Of the largest that the attacked broker takes, but for the last byte. */
const LARGE_REQUEST_BYTES = 8 * 2 ** 20;
const PAUSE_MS = 1000;

interface Attack {
  readonly name: string;
  /** Until it is over, or for ever until the signal says so; what it holds open is closed with the scope. */
  run(broker: FuzzBroker, isOver: () => boolean): Promise<void>;
}

const bombs = compressionBombs();

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
  ...['gzip', 'lz4', 'snappy', 'zstd'].map((codec, index) => ({
    name: `batches that inflate to 128 MiB and more, ${codec}`,
    run: (broker: FuzzBroker, isOver: () => boolean) => flood(broker, isOver, () => bombs[index] ?? Buffer.alloc(0)),
  })),
];

await using broker = await FuzzBroker.start();
const client = new TestClient(await nodeNetwork.connect({ host: HOST, port: broker.ports.plain }));
await createTopic(client, COMPACTED_TOPIC, { configs: { 'cleanup.policy': 'compact' } });
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

function unfinishedRequest(port: number): net.Socket {
  const length = Buffer.alloc(4);
  length.writeInt32BE(LARGE_REQUEST_BYTES);
  const socket = net.connect({ host: HOST, port });
  socket.on('error', () => {});
  socket.write(length);
  socket.write(Buffer.alloc(LARGE_REQUEST_BYTES - 1));
  return socket;
}

async function until(isOver: () => boolean): Promise<void> {
  while (!isOver()) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS / 10));
}
