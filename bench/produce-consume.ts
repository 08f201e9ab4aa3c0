// Records per second of Apache Kafka's own producer and consumer, beside Apache Kafka. Arguments: records (500000), runs (3).

import { startApacheKafka, startMillrace } from './support/brokers.ts';
import { type Comparison, report } from './support/figures.ts';
import { figureIn, runKafkaTool } from './support/kafka-tool.ts';

const RECORDS = Number(process.argv[2] ?? 500_000);
const RUNS = Number(process.argv[3] ?? 3);
const SHAPES = [
  { name: '100 B, acks=1', bytes: 100, settings: ['acks=1'] },
  { name: '100 B, acks=all', bytes: 100, settings: ['acks=all'] },
  { name: '1 KiB, acks=1', bytes: 1024, settings: ['acks=1'] },
  { name: '1 KiB, acks=all, lz4', bytes: 1024, settings: ['acks=all', 'compression.type=lz4'] },
];

await using millrace = await startMillrace(['num.partitions=3']);
await using kafka = await startApacheKafka(['num.partitions=3']);
const results = new Map<string, { Millrace: number[]; 'Apache Kafka': number[] }>();

for (let run = 0; run < RUNS; run++) {
  for (const broker of [millrace, kafka]) {
    for (const [index, { name, bytes, settings }] of SHAPES.entries()) {
      const topic = `bench-${index}-${run}`;
      const produced = await runKafkaTool('ProducerPerformance', [
        ...['--topic', topic, '--num-records', String(RECORDS), '--record-size', String(bytes), '--throughput', '-1'],
        ...['--bootstrap-server', broker.bootstrap, '--command-property', ...settings],
      ]);
      const consumed = await runKafkaTool('ConsumerPerformance', [
        ...['--bootstrap-server', broker.bootstrap, '--topic', topic, '--num-records', String(RECORDS)],
        ...['--timeout', '60000', '--hide-header'],
      ]);
      note(`produce ${name}`, broker.name, figureIn(produced, /([\d.]+) records\/sec/));
      // start, end, MB, MB/s, records, records/s, ...
      const columns = consumed.trim().split('\n').at(-1)?.split(',') ?? [];
      note(`consume ${name}`, broker.name, Number(columns[5]));
      console.log(`${broker.name}, run ${run + 1}, ${name}: done`);
    }
  }
}

const comparisons: Comparison[] = [...results].map(([figure, values]) => ({
  figure,
  unit: 'records/s',
  millrace: values.Millrace,
  kafka: values['Apache Kafka'],
}));
report(comparisons);

function note(figure: string, broker: 'Millrace' | 'Apache Kafka', value: number): void {
  const entry = results.get(figure) ?? { Millrace: [], 'Apache Kafka': [] };
  entry[broker].push(value);
  results.set(figure, entry);
}
