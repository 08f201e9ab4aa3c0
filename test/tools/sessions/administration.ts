// What an administrator does beside everyday work: ACLs, quotas, SCRAM users, features, the quorum, log directories, reassignments.

import type { Step } from '../run-tools.ts';
import { type Session, type SessionInput, stepsAt } from '../session.ts';

export const administration: Session = {
  name: 'administration',
  settings: [
    'authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    'super.users=User:ANONYMOUS',
    'transaction.state.log.num.partitions=4',
  ],
  dataFolders: ['data', 'more'],
  files: {
    'topic.properties': 'retention.ms=1000\ncleanup.policy=compact,delete\n',
    'elect.json': '{"partitions":[{"topic":"letters","partition":0},{"topic":"letters","partition":1}]}',
    'to-move.json': '{"version":1,"topics":[{"topic":"letters"}]}',
    'stay.json':
      '{"version":1,"partitions":[{"topic":"letters","partition":0,"replicas":[1],"log_dirs":["any"]},{"topic":"letters","partition":1,"replicas":[1],"log_dirs":["any"]}]}',
    'move.json':
      '{"version":1,"partitions":[{"topic":"letters","partition":0,"replicas":[1],"log_dirs":["FOLDER/more"]},{"topic":"letters","partition":1,"replicas":[1],"log_dirs":["FOLDER/more"]}]}',
    'back.json':
      '{"version":1,"partitions":[{"topic":"letters","partition":1,"replicas":[1],"log_dirs":["FOLDER/data"]}]}',
    'no-directory.json':
      '{"version":1,"partitions":[{"topic":"letters","partition":0,"replicas":[1],"log_dirs":["/no/such/folder"]}]}',
    'nobody.json': '{"version":1,"partitions":[{"topic":"letters","partition":0,"replicas":[7],"log_dirs":["any"]}]}',
    'no-topic.json': '{"version":1,"partitions":[{"topic":"no-such-topic","partition":0,"replicas":[1]}]}',
    'twice.json': '{"version":1,"partitions":[{"topic":"letters","partition":0,"replicas":[1,1]}]}',
    'controller.properties':
      'node.id=9\nprocess.roles=controller\ncontroller.listener.names=CONTROLLER\nlisteners=CONTROLLER://127.0.0.1:19\ncontroller.quorum.bootstrap.servers=127.0.0.1:19\nlog.dirs=/no/such/folder\n',
  },
  steps: (input) => [
    ...cluster(input),
    ...acls(input),
    ...quotas(input),
    ...users(input),
    ...resources(input),
    ...partitions(input),
    ...directories(input),
  ],
};

function cluster({ bootstrap, folder }: SessionInput): Step[] {
  const step = stepsAt(bootstrap);
  const atController = (command: string): Step => ({ command: `${command} --bootstrap-controller ${bootstrap}` });
  return [
    { command: `kafka-cluster unregister --bootstrap-server ${bootstrap} --id 99` },
    { command: `kafka-cluster list-endpoints --bootstrap-server ${bootstrap} --include-fenced-brokers` },
    atController('kafka-cluster cluster-id'),
    atController('kafka-cluster list-endpoints'),
    step('kafka-metadata-quorum describe --status'),
    step('kafka-metadata-quorum describe --replication'),
    step('kafka-metadata-quorum describe --replication --human-readable'),
    step(`kafka-metadata-quorum --command-config ${folder}/controller.properties add-controller --dry-run`),
    step('kafka-metadata-quorum remove-controller --controller-id 9 --controller-directory-id AAAAAAAAAAAAAAAAAAAAAQ'),
    step(
      'kafka-metadata-quorum remove-controller --controller-id 9 --controller-directory-id AAAAAAAAAAAAAAAAAAAAAQ --dry-run',
    ),
    step('kafka-features describe --node-id 1'),
    step('kafka-features version-mapping'),
    step('kafka-features version-mapping --release-version 4.0'),
    step('kafka-features version-mapping --release-version 9.9'),
    step('kafka-features feature-dependencies --feature transaction.version=2'),
    step('kafka-features feature-dependencies --feature metadata.version=25 --feature group.version=1'),
    step('kafka-features upgrade --metadata 4.3 --dry-run'),
    step('kafka-features upgrade --release-version 4.3 --dry-run'),
    step('kafka-features upgrade --feature group.version=1'),
    step('kafka-features upgrade --feature group.version=9'),
    step('kafka-features upgrade --feature no.such.feature=1'),
    step('kafka-features downgrade --feature transaction.version=1 --dry-run'),
    step('kafka-features downgrade --feature transaction.version=1'),
    step('kafka-features describe'),
    step('kafka-features upgrade --feature transaction.version=2'),
    step('kafka-features downgrade --metadata 3.9'),
    step('kafka-features downgrade --metadata 3.9 --unsafe --dry-run'),
    step('kafka-features downgrade --feature share.version=9'),
    step('kafka-features disable --feature share.version --dry-run'),
    step('kafka-features disable --feature metadata.version'),
    step('kafka-features describe'),
  ];
}

function acls({ bootstrap }: SessionInput): Step[] {
  const step = stepsAt(bootstrap);
  const add = (rest: string) => step(`kafka-acls --add ${rest}`);
  const remove = (rest: string, input: string[] = []) => step(`kafka-acls --remove ${rest}`, input);
  return [
    step('kafka-acls --list'),
    add('--allow-principal User:alice --operation Read --topic letters'),
    add(
      '--allow-principal User:alice --allow-principal User:bob --allow-host 10.0.0.1 --operation Read --operation Describe --topic letters --topic orders',
    ),
    add(
      '--deny-principal User:mallory --deny-host 10.0.0.2 --operation All --topic secret- --resource-pattern-type prefixed',
    ),
    add('--allow-principal User:writer --producer --topic letters'),
    add('--allow-principal User:writer --producer --topic letters --transactional-id tx --idempotent'),
    add('--allow-principal User:reader --consumer --topic letters --group readers'),
    add('--allow-principal User:reader --consumer --topic le --group re --resource-pattern-type prefixed'),
    add('--allow-principal User:root --operation ClusterAction --operation AlterConfigs --cluster'),
    add('--allow-principal User:root --operation CreateTokens --user-principal User:alice'),
    add('--allow-principal User:root --operation Describe --delegation-token token'),
    add("--allow-principal 'User:*' --operation Describe --topic '*'"),
    add('--allow-principal alice --operation Read --topic letters'),
    step('kafka-acls --list'),
    step('kafka-acls --list --topic letters'),
    step('kafka-acls --list --topic letters --resource-pattern-type match'),
    step('kafka-acls --list --topic secret-plans --resource-pattern-type match'),
    step('kafka-acls --list --topic letters --resource-pattern-type any'),
    step('kafka-acls --list --topic no-such-topic'),
    step('kafka-acls --list --principal User:alice'),
    step('kafka-acls --list --principal User:alice --principal User:bob --topic orders'),
    step('kafka-acls --list --group readers'),
    step('kafka-acls --list --cluster'),
    step('kafka-acls --list --transactional-id tx'),
    step('kafka-acls --list --delegation-token token'),
    step('kafka-acls --list --user-principal User:alice'),
    remove('--allow-principal User:alice --operation Read --topic letters', ['n']),
    remove('--allow-principal User:alice --operation Read --topic letters', ['y']),
    remove('--allow-principal User:writer --producer --topic letters --force'),
    remove('--topic le --group re --resource-pattern-type prefixed --force'),
    remove('--topic no-such-topic --force'),
    remove('--allow-principal User:root --operation CreateTokens --user-principal User:alice --force'),
    step('kafka-acls --list'),
    remove('--topic letters --force'),
    remove('--cluster --force'),
    step('kafka-acls --list'),
  ];
}

function quotas({ bootstrap }: SessionInput): Step[] {
  const step = stepsAt(bootstrap);
  const alter = (entity: string, rest: string) => step(`kafka-configs ${entity} --alter ${rest}`);
  const describe = (entity: string) => step(`kafka-configs ${entity} --describe`);
  const user = '--entity-type users --entity-name alice';
  const client = '--entity-type clients --entity-name app';
  return [
    describe(user),
    alter(user, '--add-config producer_byte_rate=1024,consumer_byte_rate=2048'),
    alter(`${user} ${client}`, '--add-config request_percentage=200'),
    alter('--entity-type users --entity-default', '--add-config controller_mutation_rate=10'),
    alter('--entity-type clients --entity-default', '--add-config consumer_byte_rate=4096.5'),
    alter(client, '--add-config producer_byte_rate=99'),
    alter('--user alice --client-defaults', '--add-config producer_byte_rate=7'),
    alter('--user-defaults --client app', '--add-config producer_byte_rate=8'),
    alter('--user-defaults --client-defaults', '--add-config producer_byte_rate=9'),
    describe(user),
    describe(client),
    describe(`${user} ${client}`),
    describe('--entity-type users'),
    describe('--entity-type clients'),
    describe('--entity-type users --entity-type clients'),
    describe('--user alice --entity-type clients'),
    describe('--user-defaults'),
    describe('--client-defaults'),
    describe('--user-defaults --client-defaults'),
    alter(user, '--add-config producer_byte_rate=-1'),
    alter(user, '--add-config producer_byte_rate=many'),
    alter(user, '--add-config request_percentage=0'),
    alter(user, '--add-config no_such_quota=1'),
    alter(user, '--add-config connection_creation_rate=1'),
    alter(user, '--delete-config consumer_byte_rate'),
    alter(user, '--delete-config consumer_byte_rate'),
    alter(user, '--delete-config no_such_quota'),
    describe(user),
    alter('--entity-type ips --entity-name 10.0.0.1', '--add-config connection_creation_rate=10'),
    alter('--entity-type ips --entity-default', '--add-config connection_creation_rate=20'),
    alter('--ip 10.0.0.2', '--add-config connection_creation_rate=30'),
    alter('--ip not/an/address', '--add-config connection_creation_rate=30'),
    alter('--ip 10.0.0.2', '--add-config producer_byte_rate=30'),
    alter('--ip 10.0.0.2', '--add-config connection_creation_rate=0.5'),
    describe('--entity-type ips'),
    describe('--ip 10.0.0.1'),
    describe('--ip-defaults'),
    alter('--ip 10.0.0.1', '--delete-config connection_creation_rate'),
    alter('--ip-defaults', '--delete-config connection_creation_rate'),
    describe('--entity-type ips'),
  ];
}

function users({ bootstrap }: SessionInput): Step[] {
  const step = stepsAt(bootstrap);
  const alter = (name: string, rest: string) => step(`kafka-configs --entity-type users ${name} --alter ${rest}`);
  const [carol, dave] = ['--entity-name carol', '--entity-name dave'];
  return [
    alter(carol, '--add-config SCRAM-SHA-256=[iterations=8192,password=carol-secret]'),
    alter(carol, '--add-config SCRAM-SHA-512=[password=carol-secret]'),
    alter(dave, '--add-config SCRAM-SHA-256=[password=dave-secret],producer_byte_rate=5'),
    alter(dave, '--add-config SCRAM-SHA-256=[password=dave-secret]'),
    alter(dave, '--add-config SCRAM-SHA-256=[iterations=1,password=dave-secret]'),
    alter(dave, '--add-config SCRAM-SHA-256=[iterations=20000,password=dave-secret]'),
    alter(dave, '--add-config SCRAM-SHA-256=[password=]'),
    alter(dave, '--add-config SCRAM-SHA-1=[password=dave-secret]'),
    alter('--entity-default', '--add-config SCRAM-SHA-256=[password=dave-secret]'),
    step('kafka-configs --entity-type users --describe'),
    step('kafka-configs --entity-type users --entity-name carol --describe'),
    step('kafka-configs --user dave --describe'),
    step('kafka-configs --user nobody --describe'),
    alter(carol, '--delete-config SCRAM-SHA-512'),
    alter(carol, '--delete-config SCRAM-SHA-512'),
    alter(carol, '--delete-config SCRAM-SHA-256'),
    alter(carol, '--delete-config SCRAM-SHA-1'),
    step('kafka-configs --user carol --describe'),
  ];
}

function resources({ bootstrap, folder }: SessionInput): Step[] {
  const step = stepsAt(bootstrap);
  const configs = (rest: string) => step(`kafka-configs ${rest}`);
  return [
    configs('--client-metrics watch --alter --add-config interval.ms=1000,metrics=[org.apache.kafka.,kafka.]'),
    configs('--client-metrics watch --alter --add-config match=[client_id=a.*,client_software_name=b]'),
    configs('--client-metrics watch --alter --add-config interval.ms=1'),
    configs('--client-metrics watch --alter --add-config interval.ms=often'),
    configs('--client-metrics watch --alter --add-config match=[no_such_selector=a]'),
    configs('--client-metrics watch --alter --add-config match=[client_id=(]'),
    configs('--client-metrics watch --alter --add-config no.such.config=1'),
    configs('--entity-type client-metrics --describe'),
    configs('--client-metrics watch --describe'),
    configs('--client-metrics watch --describe --all'),
    step('kafka-client-metrics --list'),
    step('kafka-client-metrics --alter --name more --metrics org.apache.kafka. --interval 2000 --match client_id=c'),
    step('kafka-client-metrics --alter --name more --interval 1'),
    step('kafka-client-metrics --describe'),
    step('kafka-client-metrics --describe --name more'),
    step('kafka-client-metrics --describe --name no-such-name'),
    step('kafka-client-metrics --delete --name more'),
    step('kafka-client-metrics --delete --name more'),
    configs('--client-metrics watch --alter --delete-config match,interval.ms'),
    configs('--client-metrics watch --describe'),
    step('kafka-client-metrics --list'),
    configs(
      '--group readers --alter --add-config consumer.session.timeout.ms=50000,consumer.heartbeat.interval.ms=6000',
    ),
    configs('--group readers --alter --add-config consumer.session.timeout.ms=1'),
    configs('--group readers --alter --add-config consumer.heartbeat.interval.ms=60000'),
    configs('--group readers --alter --add-config streams.num.standby.replicas=1,streams.session.timeout.ms=50000'),
    configs('--group readers --alter --add-config streams.num.standby.replicas=99'),
    configs('--group readers --alter --add-config no.such.config=1'),
    configs('--group readers --describe'),
    configs('--group readers --describe --all'),
    configs('--entity-type groups --describe'),
    configs('--group readers --alter --delete-config consumer.session.timeout.ms'),
    configs('--group readers --describe'),
    configs('--broker-logger 1 --alter --add-config root=DEBUG'),
    configs('--broker-logger 1 --alter --add-config root=LOUD'),
    configs('--broker-logger 1 --alter --add-config no.such.logger=INFO'),
    configs('--broker-logger 1 --alter --add-config root=INFO'),
    configs('--broker-logger 1 --alter --delete-config root'),
    step('kafka-topics --create --topic letters --partitions 2'),
    configs(`--topic letters --alter --add-config-file ${folder}/topic.properties`),
    configs('--topic letters --describe'),
    configs('--topic letters --alter --add-config cleanup.policy=[]'),
    configs('--topic letters --alter --add-config cleanup.policy=burn'),
    configs('--topic letters --alter --add-config min.insync.replicas=0'),
    configs('--topic letters --alter --add-config min.insync.replicas=2'),
    configs('--topic letters --alter --add-config message.timestamp.type=Later'),
    configs('--topic letters --alter --add-config max.message.bytes=-1'),
    configs('--topic letters --alter --add-config unclean.leader.election.enable=perhaps'),
    configs('--topic letters --alter --add-config compression.type=gzip,compression.gzip.level=99'),
    configs('--topic letters --alter --add-config leader.replication.throttled.replicas=x'),
    configs('--topic letters --alter --add-config leader.replication.throttled.replicas=[0:1,1:1]'),
    configs('--topic letters --alter --add-config local.retention.ms=5000,retention.ms=1000'),
    configs('--topic letters --alter --add-config remote.storage.enable=true'),
    configs('--topic letters --alter --add-config retention.ms=1,retention.ms=2'),
    configs('--topic letters --alter --delete-config no.such.config'),
    configs('--topic letters --alter --delete-config retention.ms,cleanup.policy'),
    configs('--topic letters --describe'),
    configs('--broker 1 --alter --add-config background.threads=12,log.retention.ms=100000'),
    configs('--broker 1 --alter --add-config num.io.threads=0'),
    configs('--broker 1 --alter --add-config log.cleaner.io.max.bytes.per.second=fast'),
    configs('--broker 1 --alter --add-config no.such.config=1'),
    configs('--broker 1 --alter --add-config max.connections.per.ip.overrides=[127.0.0.1:5,127.0.0.2:6]'),
    configs('--broker 1 --alter --add-config log.cleanup.policy=[compact,delete]'),
    configs('--broker 1 --alter --add-config log.cleanup.policy=burn'),
    configs('--broker 1 --describe'),
    configs('--broker-defaults --alter --add-config message.max.bytes=2000000'),
    configs('--broker-defaults --alter --add-config advertised.listeners=PLAINTEXT://a:1'),
    configs('--broker-defaults --alter --add-config message.max.bytes=huge'),
    configs('--broker-defaults --describe'),
    configs('--topic letters --describe --all'),
    configs('--entity-type brokers --describe'),
    configs('--broker-defaults --alter --delete-config message.max.bytes,no.such.config'),
    configs('--broker 1 --alter --delete-config background.threads,log.retention.ms,max.connections.per.ip.overrides'),
    configs('--broker 1 --alter --delete-config log.cleanup.policy'),
    configs('--broker 1 --describe'),
  ];
}

function partitions({ bootstrap, folder }: SessionInput): Step[] {
  const step = stepsAt(bootstrap);
  const elect = (rest: string) => step(`kafka-leader-election ${rest}`);
  const reassign = (file: string, rest: string) =>
    step(`kafka-reassign-partitions --reassignment-json-file ${folder}/${file} ${rest}`);
  return [
    elect('--election-type preferred --all-topic-partitions'),
    elect('--election-type unclean --all-topic-partitions'),
    elect('--election-type unclean --topic letters --partition 1'),
    elect(`--election-type preferred --path-to-json-file ${folder}/elect.json`),
    elect('--election-type preferred --topic no-such-topic --partition 0'),
    step('kafka-log-dirs --describe --topic-list letters,no-such-topic --broker-list 1'),
    step('kafka-log-dirs --describe --broker-list 1,7'),
    step('kafka-reassign-partitions --list'),
    step(`kafka-reassign-partitions --generate --topics-to-move-json-file ${folder}/to-move.json --broker-list 1`),
    step(`kafka-reassign-partitions --generate --topics-to-move-json-file ${folder}/to-move.json --broker-list 1,7`),
    step(
      `kafka-reassign-partitions --generate --topics-to-move-json-file ${folder}/to-move.json --broker-list 1 --disable-rack-aware`,
    ),
    reassign('stay.json', '--execute'),
    reassign('stay.json', '--verify'),
    reassign('stay.json', '--execute --throttle 100000 --replica-alter-log-dirs-throttle 200000'),
    step('kafka-configs --broker 1 --describe'),
    reassign('stay.json', '--verify --preserve-throttles'),
    step('kafka-configs --broker 1 --describe'),
    reassign('stay.json', '--verify'),
    step('kafka-configs --broker 1 --describe'),
    step('kafka-configs --topic letters --describe'),
    reassign('stay.json', '--execute --additional'),
    reassign('stay.json', '--execute --disallow-replication-factor-change'),
    reassign('stay.json', '--cancel'),
    reassign('nobody.json', '--execute'),
    reassign('no-topic.json', '--execute'),
    reassign('no-topic.json', '--verify'),
    reassign('twice.json', '--execute'),
  ];
}

/** Moves between log directories, and directories that get no new partitions. */
function directories({ bootstrap, folder }: SessionInput): Step[] {
  const step = stepsAt(bootstrap);
  const reassign = (file: string, rest: string) =>
    step(`kafka-reassign-partitions --reassignment-json-file ${folder}/${file} ${rest}`);
  const cordon = (change: string) => step(`kafka-configs --broker 1 --alter ${change}`);
  const logDirs = step('kafka-log-dirs --describe --topic-list letters --broker-list 1');
  // Apache Kafka takes its time to move and to cordon.
  const pause = step('kafka-console-consumer --topic letters --partition 0 --offset latest --timeout-ms 4000');
  return [
    reassign('move.json', '--execute --replica-alter-log-dirs-throttle 100000000'),
    pause,
    reassign('move.json', '--verify'),
    logDirs,
    reassign('back.json', '--execute'),
    pause,
    reassign('back.json', '--verify'),
    logDirs,
    reassign('no-directory.json', '--execute'),
    cordon(`--add-config cordoned.log.dirs=${folder}/more`),
    pause,
    logDirs,
    reassign('move.json', '--execute'),
    cordon('--add-config cordoned.log.dirs=/no/such/folder'),
    cordon('--add-config cordoned.log.dirs=*'),
    pause,
    step('kafka-topics --create --topic homeless'),
    cordon('--delete-config cordoned.log.dirs'),
    pause,
    step('kafka-topics --create --topic housed'),
  ];
}
