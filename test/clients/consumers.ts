// The consumers that nobody here wrote, each as a program that joins a group and prints `partition TAB offset TAB text` for each record
// until SIGTERM, when it commits, leaves the group and ends.

import { join } from 'node:path';
import { findConfluentKafka, findKafkaJars, type Program } from '../support/programs.ts';

export const CONSUMERS = ['java', 'kafkajs', 'platformatic', 'confluent'] as const;
export type ConsumerName = (typeof CONSUMERS)[number];

export interface Command {
  readonly program: string;
  readonly parameters: readonly string[];
}

export interface Consumer {
  readonly name: ConsumerName;
  /** How many members its group gets. */
  readonly members: number;
  command(bootstrap: string, topic: string, groupId: string): Command;
}

/** Small answers, so that the crash comes while most is still unread. */
const FETCH_BYTES = 32 * 1024;

/** The consumer, or why this machine does not have it. */
export async function findConsumer(name: ConsumerName): Promise<Consumer | { missing: string }> {
  if (name === 'java') return withProgram(await findKafkaJars(), javaConsole);
  if (name === 'confluent')
    return withProgram(await findConfluentKafka(), (path) => script(name, path, 'confluent.py'));
  return script(name, process.execPath, `${name}.ts`);
}

function withProgram(program: Program, use: (path: string) => Consumer): Consumer | { missing: string } {
  return 'missing' in program ? program : use(program.path);
}

function script(name: ConsumerName, program: string, file: string): Consumer {
  return {
    name,
    members: 2,
    command: (bootstrap, topic, groupId) => ({
      program,
      parameters: [join(import.meta.dirname, 'members', file), bootstrap, topic, groupId, String(FETCH_BYTES)],
    }),
  };
}

/** Apache Kafka's kafka-console-consumer. */
function javaConsole(classPath: string): Consumer {
  const logging = join(import.meta.dirname, '..', 'support', 'kafka-log4j2.xml');
  const options = ['-Xmx256M', '-XX:TieredStopAtLevel=1', `-Dlog4j2.configurationFile=${logging}`, '-cp', classPath];
  return {
    name: 'java',
    members: 3,
    command: (bootstrap, topic, groupId) => ({
      program: 'java',
      parameters: [
        ...options,
        'org.apache.kafka.tools.consumer.ConsoleConsumer',
        `--bootstrap-server=${bootstrap}`,
        `--topic=${topic}`,
        `--group=${groupId}`,
        '--from-beginning',
        '--formatter-property=print.partition=true',
        '--formatter-property=print.offset=true',
        '--command-property=auto.commit.interval.ms=200',
        `--command-property=max.partition.fetch.bytes=${FETCH_BYTES}`,
        '--command-property=reconnect.backoff.max.ms=500',
      ],
    }),
  };
}
