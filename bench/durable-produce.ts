// Batches per second that are on the disk when they are acknowledged, beside Apache Kafka with flush.messages=1. Arguments: seconds (10), runs (3).

import { Admin, Producer } from '../src/client/index.ts';
import { createNodePlatform } from '../src/platform/index.ts';
import { type BenchBroker, startApacheKafka, startMillrace } from './support/brokers.ts';
import { type Comparison, report } from './support/figures.ts';
import { measureProduce, type ProduceLoad } from './support/produce-load.ts';

const SECONDS = Number(process.argv[2] ?? 10);
const RUNS = Number(process.argv[3] ?? 3);
const WARM_UP_SECONDS = 3;
/** As many as a producer of Apache Kafka's has under way unless told otherwise. */
const CLIENTS = { producers: 16, requestsInFlight: 5 };
const SHAPES = [
  { name: '1 partition', topic: 'one', partitions: 1, partitionsPerRequest: 1, ratio: 5 },
  { name: '1,000 partitions', topic: 'many', partitions: 1000, partitionsPerRequest: 60, ratio: 20 },
];
const PATIENCE_MS = 600_000;

await using millrace = await startMillrace();
await using kafka = await startApacheKafka(['log.flush.interval.messages=1']);
const brokers = [millrace, kafka];
for (const broker of brokers) await createTopics(broker);
const results = new Map<string, Comparison>();
for (let run = 0; run < RUNS; run++) {
  for (const { name, ratio, ...shape } of SHAPES) {
    for (const broker of brokers) {
      const load: ProduceLoad = { bootstrap: broker.bootstrap, ...CLIENTS, ...shape };
      if (run === 0) await measureProduce(load, WARM_UP_SECONDS * 1000);
      const { batchesPerSecond, p50, p99 } = await measureProduce(load, SECONDS * 1000);
      note(broker, `${name}`, 'batches/s', batchesPerSecond, { ratio, isMet: 'above' });
      note(broker, `${name}, p50`, 'ms', p50);
      note(broker, `${name}, p99`, 'ms', p99, { ratio: 0.5, isMet: 'below' });
      console.log(`${broker.name}, run ${run + 1}, ${name}: ${Math.round(batchesPerSecond)} batches/s`);
    }
  }
}
if (!report([...results.values()])) process.exitCode = 1;

/** Resolves when every partition has taken a record. */
async function createTopics({ bootstrap }: BenchBroker): Promise<void> {
  const client = { bootstrapServers: bootstrap, platform: createNodePlatform() };
  await using admin = new Admin({ ...client, requestTimeoutMs: PATIENCE_MS, apiTimeoutMs: PATIENCE_MS });
  await admin.createTopics(
    SHAPES.map(({ topic, partitions }) => ({ name: topic, numPartitions: partitions, replicationFactor: 1 })),
  );
  await using producer = new Producer({ ...client, deliveryTimeoutMs: PATIENCE_MS, maxBlockMs: PATIENCE_MS });
  const sent = SHAPES.flatMap(({ topic, partitions }) =>
    Array.from({ length: partitions }, (_, partition) => producer.send({ topic, partition, value: Buffer.from('x') })),
  );
  await Promise.all(sent);
}

function note(
  broker: BenchBroker,
  figure: string,
  unit: string,
  value: number,
  target?: NonNullable<Comparison['target']>,
): void {
  const known = results.get(figure) ?? { figure, unit, millrace: [], kafka: [], ...(target && { target }) };
  const side = broker.name === 'Millrace' ? 'millrace' : 'kafka';
  results.set(figure, { ...known, [side]: [...known[side], value] });
}
