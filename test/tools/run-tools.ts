// Runs Apache Kafka's command line tools, many in one Java process; see ToolSession.java.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

export interface Step {
  /** As one would type it in a shell; single quotes keep blanks together. */
  readonly command: string;
  readonly input?: readonly string[];
  /** A pattern of Java. What its first group finds in the output takes the place of `{captured}` in later commands. */
  readonly capture?: string;
  /** For a tool that goes on in threads of its own: the output is taken when this stands in it. */
  readonly until?: string;
}

export interface Outcome {
  readonly command: string;
  readonly code: number;
  readonly output: string;
}

const MAIN_CLASSES: Readonly<Record<string, string>> = {
  'kafka-acls': 'org.apache.kafka.tools.AclCommand',
  'kafka-broker-api-versions': 'org.apache.kafka.tools.BrokerApiVersionsCommand',
  'kafka-client-metrics': 'org.apache.kafka.tools.ClientMetricsCommand',
  'kafka-cluster': 'org.apache.kafka.tools.ClusterTool',
  'kafka-configs': 'kafka.admin.ConfigCommand',
  'kafka-console-consumer': 'org.apache.kafka.tools.consumer.ConsoleConsumer',
  'kafka-console-producer': 'org.apache.kafka.tools.ConsoleProducer',
  'kafka-console-share-consumer': 'org.apache.kafka.tools.consumer.ConsoleShareConsumer',
  'kafka-consumer-groups': 'org.apache.kafka.tools.consumer.group.ConsumerGroupCommand',
  'kafka-consumer-perf-test': 'org.apache.kafka.tools.ConsumerPerformance',
  'kafka-delegation-tokens': 'org.apache.kafka.tools.DelegationTokenCommand',
  'kafka-delete-records': 'org.apache.kafka.tools.DeleteRecordsCommand',
  'kafka-dump-log': 'org.apache.kafka.tools.DumpLogSegments',
  'kafka-e2e-latency': 'org.apache.kafka.tools.EndToEndLatency',
  'kafka-features': 'org.apache.kafka.tools.FeatureCommand',
  'kafka-get-offsets': 'org.apache.kafka.tools.GetOffsetShell',
  'kafka-groups': 'org.apache.kafka.tools.GroupsCommand',
  'kafka-leader-election': 'org.apache.kafka.tools.LeaderElectionCommand',
  'kafka-log-dirs': 'org.apache.kafka.tools.LogDirsCommand',
  'kafka-metadata-shell': 'org.apache.kafka.shell.MetadataShell',
  'kafka-metadata-quorum': 'org.apache.kafka.tools.MetadataQuorumCommand',
  'kafka-producer-perf-test': 'org.apache.kafka.tools.ProducerPerformance',
  'kafka-reassign-partitions': 'org.apache.kafka.tools.reassign.ReassignPartitionsCommand',
  'kafka-replica-verification': 'org.apache.kafka.tools.ReplicaVerificationTool',
  'kafka-share-consumer-perf-test': 'org.apache.kafka.tools.ShareConsumerPerformance',
  'kafka-share-groups': 'org.apache.kafka.tools.consumer.group.ShareGroupCommand',
  'kafka-storage': 'kafka.tools.StorageTool',
  'kafka-streams-application-reset': 'org.apache.kafka.tools.StreamsResetter',
  'kafka-streams-groups': 'org.apache.kafka.tools.streams.StreamsGroupCommand',
  'kafka-topics': 'org.apache.kafka.tools.TopicCommand',
  'kafka-transactions': 'org.apache.kafka.tools.TransactionsCommand',
  'kafka-verifiable-consumer': 'org.apache.kafka.tools.VerifiableConsumer',
  'kafka-verifiable-producer': 'org.apache.kafka.tools.VerifiableProducer',
  'kafka-verifiable-share-consumer': 'org.apache.kafka.tools.VerifiableShareConsumer',
};

const END_OF_STEP = /\n@@ exit (\d+)\n/;
const TIMEOUT_MS = 480_000;

/** Runs the steps after each other; rejects when the Java process itself fails. */
export async function runTools(classPath: string, steps: readonly Step[], pauseMs = 0): Promise<Outcome[]> {
  const logging = join(import.meta.dirname, '..', 'support', 'kafka-log4j2.xml');
  const options = [
    '-Xmx512M',
    '-XX:TieredStopAtLevel=1',
    '-Duser.timezone=UTC',
    `-Dlog4j2.configurationFile=${logging}`,
  ];
  const java = spawn(
    'java',
    [...options, '-cp', classPath, join(import.meta.dirname, 'ToolSession.java'), String(pauseMs)],
    { stdio: ['pipe', 'pipe', 'pipe'], signal: AbortSignal.timeout(TIMEOUT_MS), killSignal: 'SIGKILL' },
  );
  const exited = once(java, 'exit');
  java.stdin.end(steps.map(toPlanLine).join('\n'));
  const [output, complaints, [code]] = await Promise.all([text(java.stdout), text(java.stderr), exited]);
  const parts = output.split(END_OF_STEP);
  if (code !== 0 || parts.length !== steps.length * 2 + 1) {
    throw new Error(`The session of tools ended with ${code} after ${(parts.length - 1) / 2} steps:\n${complaints}`);
  }
  return steps.map(({ command }, index) => ({
    command,
    output: parts[index * 2] ?? '',
    code: Number(parts[index * 2 + 1]),
  }));
}

function toPlanLine({ command, input = [], capture = '', until = '' }: Step): string {
  const [tool = '', ...words] = splitWords(command);
  const [mainClass, ...parameters] = tool === 'kafka-run-class' ? namedClass(words) : [MAIN_CLASSES[tool], ...words];
  if (mainClass === undefined) throw new Error(`Not a tool of Apache Kafka that is known here: ${tool}`);
  return [mainClass, input.map((line) => `${line}\u001e`).join(''), capture, until, ...parameters].join('\t');
}

/** The class may stand behind options, which are its own. */
function namedClass(words: readonly string[]): string[] {
  const name = words.find((word) => /^(?:\w+\.)+[A-Z]\w*$/.test(word)) ?? '';
  return [name, ...words.filter((word) => word !== name)];
}

/** The words of a shell command without any other expansion. */
function splitWords(command: string): string[] {
  return Array.from(command.matchAll(/(?:'[^']*'|[^'\s])+/g), ([word]) => word.replaceAll("'", ''));
}
