// Transactions per second of producers that commit one after the other, small and large ones, beside Apache Kafka. Arguments: seconds (5), runs (3).

import { Admin, Producer } from '../src/client/index.ts';
import { type BenchBroker, startApacheKafka, startMillrace } from './support/brokers.ts';
import { report } from './support/figures.ts';

const SECONDS = Number(process.argv[2] ?? 5);
const RUNS = Number(process.argv[3] ?? 3);
const PARTITIONS = 4;
const SHAPES = [
  { name: 'small (1 record of 100 B), 1 producer', producers: 1, records: 1, bytes: 100 },
  { name: 'small (1 record of 100 B), 8 producers', producers: 8, records: 1, bytes: 100 },
  { name: 'large (1,000 records of 1 KB), 4 producers', producers: 4, records: 1000, bytes: 1000 },
];
type Shape = (typeof SHAPES)[number];

const figures = SHAPES.map(() => ({ Millrace: [] as number[], 'Apache Kafka': [] as number[] }));
await using millrace = await startMillrace();
await using kafka = await startApacheKafka();
for (const broker of [millrace, kafka]) {
  await using admin = new Admin({ bootstrapServers: broker.bootstrap });
  const [created] = await admin.createTopics([{ name: 'bench', numPartitions: PARTITIONS }]);
  if (created?.error) throw created.error;
}
for (let run = 0; run < RUNS; run++) {
  for (const [index, shape] of SHAPES.entries()) {
    for (const broker of [millrace, kafka]) {
      const perSecond = await measure(broker, shape);
      figures[index]?.[broker.name].push(perSecond);
      console.log(`${broker.name}, run ${run + 1}, ${shape.name}: ${perSecond.toFixed(1)} transactions/s`);
    }
  }
}
report(
  SHAPES.map(({ name }, index) => ({
    figure: name,
    unit: 'transactions/s',
    millrace: figures[index]?.Millrace ?? [],
    kafka: figures[index]?.['Apache Kafka'] ?? [],
  })),
);
console.log('Millrace answers when it is on the disk; Apache Kafka when it is in the page cache.');

async function measure({ bootstrap }: BenchBroker, { producers, records, bytes }: Shape): Promise<number> {
  const value = Buffer.alloc(bytes, 'x');
  await using stack = new AsyncDisposableStack();
  const all = Array.from({ length: producers }, (_, index) =>
    stack.use(new Producer({ bootstrapServers: bootstrap, transactionalId: `bench-${index}`, lingerMs: 0 })),
  );
  const commit = (producer: Producer) =>
    producer.transaction((transaction) => {
      for (let record = 0; record < records; record++)
        void transaction.send({ topic: 'bench', partition: record % PARTITIONS, value });
    });
  // The first one finds the coordinator and takes the transactional id.
  await Promise.all(all.map(commit));
  const start = performance.now();
  const end = start + SECONDS * 1000;
  let committed = 0;
  await Promise.all(
    all.map(async (producer) => {
      while (performance.now() < end) {
        await commit(producer);
        committed++;
      }
    }),
  );
  return committed / ((performance.now() - start) / 1000);
}
