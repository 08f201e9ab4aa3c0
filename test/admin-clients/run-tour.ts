// Runs a tour: a program that calls every method of an admin client and prints what each returns.

import { join } from 'node:path';
import { runCommand } from '../../scripts/run-command.ts';
import { freePort } from '../support/broker-process.ts';
import { isApacheKafka, startTestBroker } from '../support/test-broker.ts';
import { COMMON_SETTINGS } from '../tools/session.ts';

export interface Tour {
  readonly command: string;
  /** Before the addresses. */
  readonly parameters: readonly string[];
}

const SETTINGS = [
  ...COMMON_SETTINGS,
  'offsets.topic.num.partitions=1',
  'transaction.state.log.num.partitions=1',
  'share.coordinator.state.topic.num.partitions=1',
  'authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer',
  'super.users=User:ANONYMOUS;User:admin',
  'delegation.token.secret.key=secret',
  'sasl.enabled.mechanisms=PLAIN',
  'listener.name.sasl_plaintext.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required user_admin="admin";',
];

/** Apache Kafka answers some changes before all of it has heard of them. */
const PAUSE_MS = isApacheKafka ? 300 : 0;

export function javaTour(classPath: string): Tour {
  const logging = join(import.meta.dirname, '..', 'support', 'kafka-log4j2.xml');
  const options = ['-XX:TieredStopAtLevel=1', '-Dtest.log.level=OFF', `-Dlog4j2.configurationFile=${logging}`];
  const parameters = [...options, '-cp', classPath, join(import.meta.dirname, 'AdminTour.java')];
  return { command: 'java', parameters };
}

/** A tour in Python, beside this file. */
export function pythonTour(interpreter: string, file: string): Tour {
  // Without -B it would leave compiled files here.
  return { command: interpreter, parameters: ['-B', join(import.meta.dirname, file)] };
}

/** What the tour prints against a fresh broker of the chosen kind, without what differs from run to run. */
export async function runTour({ command, parameters }: Tour): Promise<string> {
  const secured = `127.0.0.1:${await freePort()}`;
  await using broker = await startTestBroker(SETTINGS, { listeners: [`SASL_PLAINTEXT://${secured}`] });
  const { code, output } = await runCommand(command, [...parameters, broker.bootstrap, secured, String(PAUSE_MS)]);
  if (code !== 0) throw new Error(`The tour ended with ${code}:\n${output}`);
  const known = output
    .replaceAll(broker.directory, 'FOLDER')
    .replaceAll(broker.bootstrap, '127.0.0.1:PORT')
    .replaceAll(secured, '127.0.0.1:SECURED')
    .replaceAll(broker.bootstrap.split(':')[1] ?? '', 'PORT');
  return BY_CHANCE.reduce((text, [pattern, name]) => text.replaceAll(pattern, name), known);
}

/** What differs from run to run on the very same broker. */
const BY_CHANCE: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/(?<=127\.0\.0\.1[ :,='"]+)\d{5}/g, 'PORT'],
  [/(?<=directoryId=|topic_id': |cluster_id['": ]+|^\$ cluster_id\n')[\w+/-]{22}/gm, 'ID'],
  [/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, 'UUID'],
  [/\b1[78]\d{11}\b/g, 'TIME'],
  [
    /(?<=(?:finalized_epoch|log_end_offset|high_watermark|partition_size|producer_id|total_bytes|usable_bytes)': )\d+/g,
    'N',
  ],
];
