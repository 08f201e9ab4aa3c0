// The scripts in the folder `bin` of Apache Kafka 4.3.1, so that none is forgotten: a session runs each, or it stands here why not.

/** Those that read the files of a broker that has stopped. */
export const RUN_ELSEWHERE: readonly string[] = ['kafka-dump-log', 'kafka-metadata-shell', 'kafka-storage'];

export const NOT_RUN: Readonly<Record<string, string>> = {
  'connect-distributed': 'starts Kafka Connect',
  'connect-mirror-maker': 'starts Kafka Connect',
  'connect-plugin-path': 'looks at files of Kafka Connect',
  'connect-standalone': 'starts Kafka Connect',
  'kafka-jmx': 'asks a Java process for its beans',
  'kafka-server-start': 'starts Apache Kafka',
  'kafka-server-stop': 'stops Apache Kafka',
  trogdor: "Apache Kafka's own load generator, which has agents of its own",
};

export const SCRIPTS: readonly string[] = [
  ...Object.keys(NOT_RUN),
  ...RUN_ELSEWHERE,
  'kafka-acls',
  'kafka-broker-api-versions',
  'kafka-client-metrics',
  'kafka-cluster',
  'kafka-configs',
  'kafka-console-consumer',
  'kafka-console-producer',
  'kafka-console-share-consumer',
  'kafka-consumer-groups',
  'kafka-consumer-perf-test',
  'kafka-delegation-tokens',
  'kafka-delete-records',
  'kafka-e2e-latency',
  'kafka-features',
  'kafka-get-offsets',
  'kafka-groups',
  'kafka-leader-election',
  'kafka-log-dirs',
  'kafka-metadata-quorum',
  'kafka-producer-perf-test',
  'kafka-reassign-partitions',
  'kafka-replica-verification',
  'kafka-run-class',
  'kafka-share-consumer-perf-test',
  'kafka-share-groups',
  'kafka-streams-application-reset',
  'kafka-streams-groups',
  'kafka-topics',
  'kafka-transactions',
  'kafka-verifiable-consumer',
  'kafka-verifiable-producer',
  'kafka-verifiable-share-consumer',
];
