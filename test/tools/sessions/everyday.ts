// A morning with Apache Kafka's tools: the commands that are run on Millrace and, when their expected output is recorded, on Apache Kafka.

import type { Step } from './run-tools.ts';

/** Settings that both brokers run the session with. */
export const SETTINGS = [
  'node.id=1',
  'group.initial.rebalance.delay.ms=0',
  'offsets.topic.num.partitions=4',
  'offsets.topic.replication.factor=1',
  'transaction.state.log.replication.factor=1',
  'transaction.state.log.min.isr=1',
  'share.coordinator.state.topic.replication.factor=1',
  'share.coordinator.state.topic.min.isr=1',
];

export interface SessionInput {
  readonly bootstrap: string;
  /** A folder for the files that commands name. */
  readonly folder: string;
}

/** Files that commands of the session read, by their names in the folder. */
export const FILES: Readonly<Record<string, string>> = {
  'delete-records.json':
    '{"version":1,"partitions":[{"topic":"letters","partition":0,"offset":2},{"topic":"orders","partition":1,"offset":0}]}',
  'delete-too-many.json': '{"version":1,"partitions":[{"topic":"letters","partition":0,"offset":999}]}',
};

export function session({ bootstrap, folder }: SessionInput): Step[] {
  const step = (command: string, input: readonly string[] = []): Step => {
    const [tool = '', ...rest] = command.split(' ');
    return { command: [tool, `--bootstrap-server ${bootstrap}`, ...rest].join(' '), input };
  };
  const print = 'print.key=true,print.offset=true,print.partition=true,print.headers=true,print.timestamp=true';
  const printAll = print.split(',').map((property) => `--formatter-property ${property}`);
  // Without a group of its own a console consumer invents a name by chance.
  const consume = (rest: string, group = 'solo') => {
    const membership = `--group ${group} ${group === 'solo' ? '--command-property enable.auto.commit=false' : ''}`;
    return step(`kafka-console-consumer ${rest} ${membership} --timeout-ms 5000 ${printAll.join(' ')}`);
  };
  const produce = (rest: string, input: string[]) => step(`kafka-console-producer ${rest}`, input);
  const keyed = '--reader-property parse.key=true --reader-property key.separator=:';

  const cluster = [
    step('kafka-broker-api-versions'),
    { command: `kafka-cluster cluster-id --bootstrap-server ${bootstrap}` },
    { command: `kafka-cluster list-endpoints --bootstrap-server ${bootstrap}` },
    step('kafka-features describe'),
  ];
  const topics = [
    step('kafka-topics --list'),
    step('kafka-topics --create --topic orders --partitions 3 --replication-factor 1 --config retention.ms=3600000'),
    step('kafka-topics --create --topic letters --partitions 1'),
    step('kafka-topics --create --topic defaults'),
    step('kafka-topics --create --topic letters --partitions 1'),
    step('kafka-topics --create --topic letters --partitions 1 --if-not-exists'),
    step('kafka-topics --create --topic with.period'),
    step('kafka-topics --create --topic with_period'),
    step('kafka-topics --create --topic no/slash'),
    step('kafka-topics --create --topic ..'),
    step('kafka-topics --create --topic too-many-replicas --replication-factor 2'),
    step('kafka-topics --create --topic no-partitions --partitions 0'),
    step('kafka-topics --create --topic assigned --replica-assignment 1,1'),
    step('kafka-topics --create --topic assigned-wrong --replica-assignment 1,7'),
    step('kafka-topics --create --topic bad-config --config retention.ms=soon'),
    step('kafka-topics --create --topic unknown-config --config no.such.config=1'),
    step('kafka-topics --list'),
    step('kafka-topics --list --exclude-internal --topic orders'),
    step('kafka-topics --describe'),
    step('kafka-topics --describe --topic orders'),
    step('kafka-topics --describe --topic no-such-topic'),
    step('kafka-topics --describe --topics-with-overrides'),
    step('kafka-topics --describe --under-replicated-partitions'),
    step('kafka-topics --describe --unavailable-partitions'),
    step('kafka-topics --describe --at-min-isr-partitions'),
    step('kafka-topics --alter --topic orders --partitions 4'),
    step('kafka-topics --alter --topic orders --partitions 2'),
    step('kafka-topics --alter --topic orders --partitions 4'),
    step('kafka-topics --alter --topic no-such-topic --partitions 4'),
    step('kafka-topics --describe --topic orders'),
  ];
  const onTopic = 'kafka-configs --entity-type topics --entity-name letters';
  const onBroker = 'kafka-configs --entity-type brokers --entity-name 1';
  const configs = [
    step(`${onTopic} --describe`),
    step(`${onTopic} --describe --all`),
    step(`${onTopic} --alter --add-config cleanup.policy=[compact,delete],max.message.bytes=2000000`),
    step(`${onTopic} --describe`),
    step(`${onTopic} --alter --delete-config max.message.bytes`),
    step(`${onTopic} --alter --delete-config cleanup.policy`),
    step(`${onTopic} --alter --delete-config segment.bytes`),
    step(`${onTopic} --describe`),
    step(`${onTopic} --alter --add-config retention.ms=soon`),
    step(`${onTopic} --alter --add-config no.such.config=1`),
    step(`${onTopic} --alter --add-config segment.bytes=1`),
    step(`${onTopic} --alter --add-config compression.type=rar`),
    step('kafka-configs --entity-type topics --entity-name no-such-topic --describe'),
    step('kafka-configs --entity-type topics --entity-name no-such-topic --alter --add-config retention.ms=1'),
    step('kafka-configs --entity-type topics --describe'),
    step(`${onBroker} --describe`),
    step(`${onBroker} --describe --all`),
    step(`${onBroker} --alter --add-config log.cleaner.threads=2`),
    step(`${onBroker} --describe`),
    step(`${onBroker} --alter --add-config log.cleaner.threads=many`),
    step(`${onBroker} --alter --add-config process.roles=broker`),
    step(`${onBroker} --alter --delete-config log.cleaner.threads`),
    step('kafka-configs --entity-type brokers --entity-default --alter --add-config log.retention.ms=86400000'),
    step('kafka-configs --entity-type brokers --entity-default --describe'),
    step(`${onTopic} --describe --all`),
    step('kafka-configs --entity-type brokers --entity-default --alter --delete-config log.retention.ms'),
    step('kafka-configs --entity-type brokers --entity-name 7 --describe'),
  ];
  const records = [
    produce(`--topic letters ${keyed}`, ['a:alpha', 'b:beta', 'g:gamma', 'd:delta', 'e:']),
    produce(
      '--topic letters --reader-property parse.headers=true --reader-property headers.delimiter=/ --compression-codec gzip',
      ['h1:v1,h2:v2/epsilon'],
    ),
    produce('--topic letters --compression-codec snappy', ['zeta']),
    produce('--topic letters --compression-codec lz4', ['eta']),
    produce('--topic letters --compression-codec zstd', ['theta']),
    produce('--topic letters --request-required-acks 0 --sync', ['iota']),
    produce('--topic letters --request-required-acks 1', ['kappa']),
    produce(`--topic orders ${keyed}`, ['k1:one', 'k2:two', 'k3:three', 'k4:four', 'k5:five', 'k6:six', 'k7:seven']),
    produce('--topic no/slash', ['never']),
    consume('--topic letters --from-beginning --max-messages 11'),
    consume('--topic letters --partition 0 --offset 4 --max-messages 2'),
    consume('--topic letters --partition 0 --offset latest --max-messages 1'),
    consume('--topic letters --from-beginning --isolation-level read_committed --max-messages 11'),
    consume('--topic letters --from-beginning --max-messages 5', 'readers'),
    consume('--topic letters --max-messages 2', 'readers'),
    consume('--topic orders --from-beginning --max-messages 7', 'readers'),
    step('kafka-get-offsets'),
    step('kafka-get-offsets --exclude-internal-topics'),
    step('kafka-get-offsets --topic letters --time earliest'),
    step('kafka-get-offsets --topic letters --time latest'),
    step('kafka-get-offsets --topic letters --time max-timestamp'),
    step('kafka-get-offsets --topic letters --time 0'),
    step('kafka-get-offsets --topic letters --time 99999999999999'),
    step('kafka-get-offsets --topic orders --partitions 0,2'),
    step('kafka-get-offsets --topic-partitions orders:1-3,letters'),
    step('kafka-get-offsets --topic no-such-topic'),
    step(`kafka-delete-records --offset-json-file ${folder}/delete-records.json`),
    step(`kafka-delete-records --offset-json-file ${folder}/delete-too-many.json`),
    step('kafka-get-offsets --topic letters --time earliest'),
    consume('--topic letters --from-beginning --max-messages 1'),
    step('kafka-leader-election --election-type preferred --topic orders --partition 0'),
    step('kafka-leader-election --election-type preferred --topic orders --partition 99'),
    step('kafka-log-dirs --describe --topic-list letters'),
  ];
  const inGroup = 'kafka-consumer-groups --group readers';
  const reset = `${inGroup} --reset-offsets`;
  const groups = [
    step('kafka-consumer-groups --list'),
    step('kafka-consumer-groups --list --state'),
    step('kafka-consumer-groups --list --type'),
    step('kafka-consumer-groups --list --state Stable'),
    step('kafka-consumer-groups --list --type classic'),
    step('kafka-groups --list'),
    step(`${inGroup} --describe`),
    step(`${inGroup} --describe --offsets --verbose`),
    step(`${inGroup} --describe --members`),
    step(`${inGroup} --describe --members --verbose`),
    step(`${inGroup} --describe --state`),
    step(`${inGroup} --describe --state --verbose`),
    step('kafka-consumer-groups --describe --all-groups'),
    step('kafka-consumer-groups --describe --group no-such-group'),
    step('kafka-consumer-groups --describe --group no-such-group --state'),
    step(`${reset} --topic letters --to-earliest --dry-run`),
    step(`${reset} --topic letters --to-earliest --execute`),
    step(`${reset} --topic letters --shift-by 3 --execute`),
    step(`${reset} --topic letters --shift-by -100 --execute`),
    step(`${reset} --topic letters --to-offset 7 --execute`),
    step(`${reset} --topic letters --to-offset 700 --execute`),
    step(`${reset} --topic letters --to-datetime 2020-01-01T00:00:00.000 --execute`),
    step(`${reset} --topic letters --to-datetime 2120-01-01T00:00:00.000 --execute`),
    step(`${reset} --topic letters --by-duration P1D --execute`),
    step(`${reset} --topic letters --to-current --export --dry-run`),
    step(`${reset} --all-topics --to-latest --execute`),
    step(`${reset} --topic orders:1 --to-earliest --execute`),
    step('kafka-consumer-groups --group new-group --reset-offsets --topic letters --to-latest --execute'),
    step('kafka-consumer-groups --list'),
    step(`${inGroup} --describe`),
    step(`${inGroup} --delete-offsets --topic orders`),
    step(`${inGroup} --delete-offsets --topic no-such-topic`),
    step(`${inGroup} --describe`),
    step(`${inGroup} --delete`),
    step('kafka-consumer-groups --group no-such-group --delete'),
    step('kafka-consumer-groups --list'),
  ];
  const onQueue = 'kafka-configs --entity-type groups --entity-name queue';
  const inQueue = 'kafka-share-groups --group queue';
  const resetQueue = `${inQueue} --reset-offsets --topic letters`;
  const take = (rest: string) =>
    step(`kafka-console-share-consumer --topic letters --group queue ${rest} ${printAll.join(' ')}`);
  const queues = [
    step(`${onQueue} --alter --add-config share.isolation.level=sometimes`),
    step(`${onQueue} --alter --add-config share.record.lock.duration.ms=1`),
    step(`${onQueue} --alter --add-config share.auto.offset.reset=earliest,share.delivery.count.limit=3`),
    step(`${onQueue} --describe`),
    take('--max-messages 2 --timeout-ms 20000 --formatter-property print.delivery=true'),
    take('--max-messages 7 --timeout-ms 20000 --reject'),
    step('kafka-share-groups --list'),
    step('kafka-share-groups --list --state'),
    step('kafka-share-groups --list --state Stable'),
    step('kafka-groups --list --share'),
    step('kafka-consumer-groups --describe --group queue'),
    step(`${inQueue} --describe`),
    step(`${inQueue} --describe --offsets --verbose`),
    step(`${inQueue} --describe --members`),
    step(`${inQueue} --describe --members --verbose`),
    step(`${inQueue} --describe --state`),
    step(`${inQueue} --describe --state --verbose`),
    step('kafka-share-groups --describe --all-groups'),
    step('kafka-share-groups --describe --group no-such-group'),
    step('kafka-share-groups --describe --group no-such-group --members'),
    step(`${resetQueue} --to-earliest --dry-run`),
    step(`${resetQueue} --to-earliest --execute`),
    step(`${inQueue} --describe`),
    step(`${resetQueue} --to-latest --execute`),
    step(`${resetQueue} --to-datetime 2020-01-01T00:00:00.000 --execute`),
    step(`${inQueue} --reset-offsets --topic no-such-topic --to-earliest --execute`),
    step('kafka-share-groups --group no-such-group --reset-offsets --topic letters --to-earliest --execute'),
    step(`${inQueue} --describe`),
    step(`${inQueue} --delete-offsets --topic letters`),
    step(`${inQueue} --delete-offsets --topic letters`),
    step(`${inQueue} --delete-offsets --topic no-such-topic`),
    step('kafka-share-groups --group no-such-group --delete-offsets --topic letters'),
    step(`${inQueue} --describe`),
    step(`${inQueue} --delete`),
    step('kafka-share-groups --group no-such-group --delete'),
    step('kafka-share-groups --list'),
  ];
  const inModern = 'kafka-consumer-groups --group modern';
  const modernGroups = [
    consume('--topic orders --from-beginning --max-messages 3 --command-property group.protocol=consumer', 'modern'),
    step('kafka-consumer-groups --list --type consumer'),
    step('kafka-consumer-groups --list --state --type consumer'),
    step(`${inModern} --describe`),
    step(`${inModern} --describe --offsets --verbose`),
    step(`${inModern} --describe --members`),
    step(`${inModern} --describe --members --verbose`),
    step(`${inModern} --describe --state`),
    step(`${inModern} --describe --state --verbose`),
    step(`${inModern} --reset-offsets --topic orders --to-latest --dry-run`),
    step(`${inModern} --reset-offsets --topic orders --to-earliest --execute`),
    step(`${inModern} --delete-offsets --topic orders`),
    step('kafka-groups --list --consumer'),
    step('kafka-groups --list --group-type classic'),
    step('kafka-groups --list --group-type consumer'),
    step('kafka-groups --list --share'),
    step('kafka-groups --list --streams'),
    step('kafka-groups --list --protocol consumer'),
    step('kafka-streams-groups --list'),
    step('kafka-streams-groups --list --state Stable'),
    step('kafka-streams-groups --describe --group modern'),
    step('kafka-streams-groups --describe --group no-such-group'),
    step('kafka-streams-groups --describe --group no-such-group --members'),
    step('kafka-streams-groups --describe --all-groups'),
    step('kafka-streams-groups --delete --group no-such-group'),
    step('kafka-streams-groups --delete-offsets --group no-such-group --input-topic orders'),
    step('kafka-streams-groups --reset-offsets --group no-such-group --input-topic orders --to-earliest --dry-run'),
    step(`${inModern} --delete`),
    step('kafka-groups --list'),
  ];
  const transactions = [
    step('kafka-transactions list'),
    step('kafka-transactions list --duration-filter 1000'),
    step('kafka-transactions describe --transactional-id nobody'),
    step('kafka-transactions find-hanging --broker-id 1'),
    step('kafka-transactions abort --topic letters --partition 0 --start-offset 0'),
  ];
  const end = [
    step('kafka-topics --delete --topic orders'),
    step('kafka-topics --delete --topic no-such-topic'),
    step('kafka-topics --delete --topic no-such-topic --if-exists'),
    step('kafka-topics --describe --topic orders'),
    step('kafka-topics --create --topic orders --partitions 1'),
    step('kafka-get-offsets --topic orders'),
    step('kafka-topics --list'),
  ];
  return [
    ...cluster,
    ...topics,
    ...configs,
    ...records,
    ...groups,
    ...queues,
    ...modernGroups,
    ...transactions,
    ...end,
  ];
}
