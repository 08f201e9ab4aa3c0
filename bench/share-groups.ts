// Records per second of share groups, with Apache Kafka's own share consumer and with 1,000 members over 500 partitions that hold a million records at once. Arguments: records of the client (500000), members (1000), partitions (500), records held (1000000), `millrace` or `kafka` for one of them.

import { Admin } from '../src/client/index.ts';
import { type BenchBroker, residentBytes, startApacheKafka, startMillrace } from './support/brokers.ts';
import { figureIn, runKafkaTool } from './support/kafka-tool.ts';
import { runShareLoad } from './support/share-load.ts';

const numbers = process.argv.slice(2).filter((argument) => /^\d+$/.test(argument));
const [CLIENT_RECORDS = 500_000, MEMBERS = 1000, PARTITIONS = 500, RECORDS = 1_000_000] = numbers.map(Number);
const THREADS = 3;
const SETTINGS = [
  'num.partitions=3',
  'offsets.topic.num.partitions=4',
  'offsets.topic.replication.factor=1',
  'share.coordinator.state.topic.num.partitions=8',
  'share.coordinator.state.topic.replication.factor=1',
  'share.coordinator.state.topic.min.isr=1',
  `group.share.max.size=${MEMBERS}`,
  'group.share.record.lock.duration.ms=60000',
  'group.share.session.timeout.ms=60000',
];

const STARTS = { millrace: startMillrace, kafka: startApacheKafka };
const chosen = Object.entries(STARTS).filter(([name]) => process.argv.includes(name));

for (const [, start] of chosen.length > 0 ? chosen : Object.entries(STARTS)) {
  await using broker = await start(SETTINGS);
  console.log(`${broker.name}:`);
  show(`${THREADS} share consumers of Apache Kafka`, await consumeByTool(broker), 'records/s');
  const load = { partitions: PARTITIONS, members: MEMBERS, records: RECORDS };
  const figures = await runShareLoad(broker.bootstrap, load);
  console.log(
    `  ${MEMBERS} members over ${PARTITIONS} partitions, ${RECORDS.toLocaleString('en')} records held at once:`,
  );
  show('given out', figures.acquiredPerSecond, 'records/s');
  show('acknowledged', figures.acknowledgedPerSecond, 'records/s');
  show('least of a member', figures.leastShare, 'of an equal share');
  show('most of a member', figures.mostShare, 'of an equal share');
  show('resident memory', residentBytes(broker.pid) / 2 ** 20, 'MiB');
}

async function consumeByTool({ bootstrap }: BenchBroker): Promise<number> {
  const topic = 'bench';
  await runKafkaTool('ProducerPerformance', [
    ...['--topic', topic, '--num-records', String(CLIENT_RECORDS), '--record-size', '100', '--throughput', '-1'],
    ...['--bootstrap-server', bootstrap, '--command-property', 'acks=1'],
  ]);
  await earliest(bootstrap, topic);
  const consumed = await runKafkaTool('ShareConsumerPerformance', [
    ...['--bootstrap-server', bootstrap, '--topic', topic, '--group', topic, '--timeout', '60000'],
    ...['--num-records', String(CLIENT_RECORDS), '--threads', String(THREADS)],
  ]);
  // start, end, MB, MB/s, records/s, records, ...
  return figureIn(consumed, /, [\d.]+, [\d.]+, ([\d.]+), \d+, \d+/);
}

async function earliest(bootstrap: string, group: string): Promise<void> {
  await using admin = new Admin({ bootstrapServers: bootstrap });
  const change = { name: 'share.auto.offset.reset', operation: 'set', value: 'earliest' } as const;
  const [altered] = await admin.alterConfigs([{ resource: { type: 'group', name: group }, changes: [change] }]);
  if (altered?.error !== undefined) throw new Error(`cannot set where ${group} begins: ${altered.error}`);
}

function show(figure: string, value: number, unit: string): void {
  const text = value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(2);
  console.log(`  ${figure.padEnd(40)}${text.padStart(12)} ${unit}`);
}
