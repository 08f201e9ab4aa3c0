// Milliseconds from send to poll of one record at a time, by Apache Kafka's own tool, beside Apache Kafka. Arguments: records (5000), runs (3).

import { type BenchBroker, startApacheKafka, startMillrace } from './support/brokers.ts';
import { type Comparison, report } from './support/figures.ts';
import { figureIn, runKafkaTool } from './support/kafka-tool.ts';

const RECORDS = Number(process.argv[2] ?? 5000);
const RUNS = Number(process.argv[3] ?? 3);

await using millrace = await startMillrace();
await using kafka = await startApacheKafka();
const figures: Record<string, { Millrace: number[]; 'Apache Kafka': number[] }> = {};
for (let run = 0; run < RUNS; run++) {
  for (const broker of [millrace, kafka]) {
    for (const acks of ['1', 'all']) await measure(broker, acks, run);
  }
}
const comparisons: Comparison[] = Object.entries(figures).map(([figure, values]) => ({
  figure,
  unit: 'ms',
  millrace: values.Millrace,
  kafka: values['Apache Kafka'],
}));
report(comparisons);
console.log(
  'acks=all: Millrace answers, and shows the record to consumers, when it is on the disk; Apache Kafka when it is in the page cache.',
);

async function measure(broker: BenchBroker, acks: string, run: number): Promise<void> {
  const output = await runKafkaTool('EndToEndLatency', [
    ...['--bootstrap-server', broker.bootstrap, '--topic', `latency-${acks}-${run}`],
    ...['--num-records', String(RECORDS), '--producer-acks', acks, '--record-size', '100'],
  ]);
  note(`mean, acks=${acks}`, broker, figureIn(output, /Avg latency: ([\d.]+) ms/));
  note(`p50, acks=${acks}`, broker, figureIn(output, /50th = (\d+)/));
  note(`p99, acks=${acks}`, broker, figureIn(output, /99th = (\d+)/));
  console.log(`${broker.name}, run ${run + 1}, acks=${acks}: done`);
}

function note(figure: string, broker: BenchBroker, value: number): void {
  figures[figure] ??= { Millrace: [], 'Apache Kafka': [] };
  figures[figure][broker.name].push(value);
}
