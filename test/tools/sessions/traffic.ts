// Tools that move records: performance tests, verifiable clients, transactions, and formatters that show what the broker itself remembers.

import type { Step } from '../run-tools.ts';
import { type Session, type SessionInput, stepsAt } from '../session.ts';

export const traffic: Session = {
  name: 'traffic',
  settings: ['transaction.state.log.num.partitions=1', 'share.coordinator.state.topic.num.partitions=1'],
  files: {
    'payload.txt': 'first\nsecond\nthird\n',
    'reset.csv': 'letters,0,3\nverified,0,1\n',
    'reset-all.csv': 'verifiers,letters,0,2\nstrangers,letters,0,1\n',
  },
  steps: (input) => [...clients(input), ...groups(input), ...transactions(input), ...memory(input), ...last(input)],
};

function clients({ bootstrap, folder }: SessionInput): Step[] {
  const step = stepsAt(bootstrap);
  const perf = 'kafka-producer-perf-test --topic letters --throughput -1';
  const compatible = [
    '--offsets-for-times-supported',
    '--cluster-id-supported',
    '--create-topics-supported',
    '--describe-acls-supported',
    '--describe-configs-supported',
    '--idempotent-producer-supported',
  ];
  return [
    step('kafka-topics --create --topic letters --partitions 1'),
    step(
      `kafka-run-class org.apache.kafka.tools.ClientCompatibilityTest --topic compatible ${compatible.map((option) => `${option} True`).join(' ')} --expect-record-too-large-exception False --num-cluster-nodes 1`,
    ),
    step(`${perf} --num-records 100 --record-size 10`),
    step(`${perf} --num-records 100 --payload-monotonic --warmup-records 10`),
    step(`${perf} --num-records 100 --payload-file ${folder}/payload.txt --command-property acks=1`),
    step(`${perf} --num-records 100 --record-size 10 --transactional-id perf --transaction-duration-ms 100000`),
    step(`${perf} --num-records 1 --record-size 2000000 --command-property max.request.size=3000000`),
    step('kafka-consumer-perf-test --topic letters --num-records 400 --group measurers --timeout 20000'),
    step('kafka-consumer-perf-test --topic letters --num-records 1 --group late --from-latest --timeout 500'),
    step('kafka-consumer-perf-test --include let.* --num-records 400 --group watchers --hide-header --timeout 20000'),
    step('kafka-configs --group sharers --alter --add-config share.auto.offset.reset=earliest'),
    step('kafka-share-consumer-perf-test --topic letters --num-records 400 --group sharers --timeout 20000'),
    // Goes on in the background.
    { ...step('kafka-verifiable-producer --topic verified --max-messages 5 --acks -1'), until: '"offset":4' },
    {
      ...step('kafka-verifiable-producer --topic verified --max-messages 5 --value-prefix 7 --repeating-keys 2'),
      until: '"offset":9',
    },
    step('kafka-verifiable-consumer --topic verified --group-id verifiers --max-messages 10 --reset-policy earliest'),
    step(
      'kafka-verifiable-consumer --topic verified --group-id modern --max-messages 10 --reset-policy earliest --group-protocol consumer',
    ),
    step(
      'kafka-verifiable-consumer --topic verified --group-id verbose --max-messages 10 --reset-policy earliest --verbose --enable-autocommit',
    ),
    step(
      'kafka-verifiable-share-consumer --topic verified --group-id verifying-queue --max-messages 10 --offset-reset-strategy earliest',
    ),
  ];
}

function groups({ bootstrap, folder }: SessionInput): Step[] {
  const step = stepsAt(bootstrap);
  const inGroup = 'kafka-consumer-groups --group verifiers';
  return [
    step(`${inGroup} --reset-offsets --from-file ${folder}/reset.csv --dry-run`),
    step(`${inGroup} --reset-offsets --from-file ${folder}/reset.csv --execute`),
    step(
      `kafka-consumer-groups --group verifiers --group strangers --reset-offsets --from-file ${folder}/reset-all.csv --execute --export`,
    ),
    step(`${inGroup} --reset-offsets --all-topics --to-current --export --dry-run`),
    step(`${inGroup} --describe`),
    step('kafka-consumer-groups --all-groups --describe --state'),
    step('kafka-consumer-groups --all-groups --describe --members'),
    step('kafka-consumer-groups --validate-regex ver.*'),
    step('kafka-consumer-groups --validate-regex ('),
    step('kafka-share-groups --all-groups --describe --state'),
    step('kafka-share-groups --all-groups --describe --members --verbose'),
    step('kafka-share-groups --group sharers --reset-offsets --all-topics --to-earliest --execute'),
    step('kafka-streams-application-reset --application-id nobody --input-topics letters --dry-run'),
    step('kafka-streams-application-reset --application-id verifiers --input-topics verified --to-earliest --force'),
    step('kafka-streams-application-reset --application-id verifiers --input-topics verified --shift-by 2 --dry-run'),
    step('kafka-streams-application-reset --application-id verifiers --input-topics no-such-topic'),
    step('kafka-consumer-groups --group late --group watchers --delete'),
    step('kafka-groups --list'),
  ];
}

function transactions({ bootstrap }: SessionInput): Step[] {
  const step = stepsAt(bootstrap);
  const copy = 'kafka-run-class org.apache.kafka.tools.TransactionalMessageCopier';
  const from = '--input-topic verified --input-partition 0 --output-topic copies --transaction-size 5';
  return [
    {
      command: `${copy} --broker-list ${bootstrap} ${from} --max-messages 10 --consumer-group copiers --transactional-id copier --transaction-timeout 60000`,
    },
    {
      command: `${copy} --broker-list ${bootstrap} ${from} --consumer-group group-copiers --transactional-id group-copier --group-mode --use-group-metadata --max-messages 10`,
    },
    step('kafka-transactions list'),
    step('kafka-transactions list --duration-filter 100000'),
    step('kafka-transactions list --transactional-id-pattern copier.*'),
    step('kafka-transactions list --transactional-id-pattern ('),
    step('kafka-transactions describe --transactional-id copier'),
    step('kafka-transactions describe-producers --topic copies --partition 0'),
    step('kafka-transactions describe-producers --topic copies --partition 0 --broker-id 1'),
    step('kafka-transactions find-hanging --broker-id 1 --max-transaction-timeout 1'),
    step('kafka-transactions find-hanging --topic copies'),
    step('kafka-transactions find-hanging --topic copies --partition 0'),
    step('kafka-transactions abort --topic copies --partition 0 --start-offset 0'),
    step(
      'kafka-transactions abort --topic copies --partition 0 --producer-id 999 --producer-epoch 3 --coordinator-epoch 0',
    ),
    step('kafka-transactions forceTerminateTransaction --transactionalId copier'),
    step('kafka-transactions forceTerminateTransaction --transactionalId nobody'),
    step('kafka-transactions describe --transactional-id copier'),
  ];
}

function memory({ bootstrap }: SessionInput): Step[] {
  const step = stepsAt(bootstrap);
  const show = (topic: string, count: number, formatter: string) =>
    step(
      `kafka-console-consumer --topic ${topic} --from-beginning --max-messages ${count} --timeout-ms 20000 --group spies --command-property enable.auto.commit=false --formatter org.apache.kafka.tools.consumer.${formatter}`,
    );
  return [
    show('__transaction_state', 24, 'TransactionLogMessageFormatter'),
    show('verified', 10, 'LoggingMessageFormatter'),
    show('verified', 10, 'NoOpMessageFormatter'),
    step('kafka-e2e-latency --topic latency --num-records 20 --producer-acks all --record-size 10'),
    step(
      'kafka-e2e-latency --topic latency --num-records 20 --producer-acks 1 --record-size 10 --record-key-size 3 --num-headers 1 --record-header-key-size 2 --record-header-size 4',
    ),
  ];
}

/** A tool that goes on for ever in threads of its own. */
function last({ bootstrap }: SessionInput): Step[] {
  return [
    {
      command: `kafka-replica-verification --broker-list ${bootstrap} --topics-include verified --time -2 --report-interval-ms 500`,
      until: 'max lag',
    },
  ];
}
