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

/** What the tour prints against a fresh broker of the chosen kind, without what differs from run to run. */
export async function runTour({ command, parameters }: Tour): Promise<string> {
  const secured = `127.0.0.1:${await freePort()}`;
  await using broker = await startTestBroker(SETTINGS, { listeners: [`SASL_PLAINTEXT://${secured}`] });
  const { code, output } = await runCommand(command, [...parameters, broker.bootstrap, secured, String(PAUSE_MS)]);
  if (code !== 0) throw new Error(`The tour ended with ${code}:\n${output}`);
  return output
    .replaceAll(broker.directory, 'FOLDER')
    .replaceAll(broker.bootstrap, '127.0.0.1:PORT')
    .replaceAll(secured, '127.0.0.1:SECURED')
    .replaceAll(/(?<=127\.0\.0\.1[ :,='"]+(?:port)?[ :,='"]*)\d{5}/g, 'PORT')
    .replaceAll(/(?<=directoryId=)[\w-]{22}/g, 'DIRECTORY_ID');
}
