// Tools that log in: delegation tokens, and what a user who may do little is told.

import type { Step } from '../run-tools.ts';
import { type Session, type SessionInput, stepsAt } from '../session.ts';

const USERS = ['admin', 'alice', 'bob'];
const PLAIN = 'org.apache.kafka.common.security.plain.PlainLoginModule required';

export const logins: Session = {
  name: 'logins',
  settings: [
    'authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    'super.users=User:ANONYMOUS;User:admin',
    'delegation.token.secret.key=secret',
    'sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256',
    `listener.name.sasl_plaintext.plain.sasl.jaas.config=${PLAIN} ${USERS.map((name) => `user_${name}="${name}"`).join(' ')};`,
    'listener.name.sasl_plaintext.scram-sha-256.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;',
  ],
  securedProtocol: 'SASL_PLAINTEXT',
  files: {
    ...Object.fromEntries(USERS.map((name) => [`${name}.properties`, login('PLAIN', PLAIN, name, name)])),
    'mallory.properties': login('PLAIN', PLAIN, 'alice', 'wrong'),
    'carol.properties': login(
      'SCRAM-SHA-256',
      'org.apache.kafka.common.security.scram.ScramLoginModule required',
      'carol',
      'carol-secret',
    ),
  },
  steps,
};

function login(mechanism: string, module: string, user: string, password: string): string {
  return [
    'security.protocol=SASL_PLAINTEXT',
    `sasl.mechanism=${mechanism}`,
    `sasl.jaas.config=${module} username="${user}" password="${password}";`,
  ].join('\n');
}

function steps({ bootstrap, secured, folder }: SessionInput): Step[] {
  const openly = stepsAt(bootstrap);
  const step = stepsAt(secured);
  const as = (user: string, command: string) => step(`${command} --command-config ${folder}/${user}.properties`);
  const tokens = (user: string, rest: string) => as(user, `kafka-delegation-tokens ${rest}`);
  const create = (user: string, rest: string): Step => ({
    ...tokens(user, `--create ${rest}`),
    // The token's HMAC stands behind its id.
    capture: '^\\S{22} +(\\S+)',
  });
  return [
    openly('kafka-delegation-tokens --create --max-life-time-period -1'),
    openly('kafka-configs --user carol --alter --add-config SCRAM-SHA-256=[password=carol-secret]'),
    as('mallory', 'kafka-topics --list'),
    as('carol', 'kafka-topics --list'),
    create('alice', '--max-life-time-period -1 --renewer-principal User:bob'),
    tokens('alice', '--describe'),
    tokens('bob', '--describe'),
    tokens('carol', '--describe'),
    tokens('admin', '--describe --owner-principal User:alice'),
    tokens('carol', '--describe --owner-principal User:alice'),
    tokens('carol', '--renew --renew-time-period 1000000 --hmac {captured}'),
    tokens('bob', '--renew --renew-time-period 86400000 --hmac {captured}'),
    tokens('alice', '--renew --renew-time-period -1 --hmac {captured}'),
    tokens('alice', '--renew --renew-time-period -1 --hmac bm9ib2R5'),
    tokens('carol', '--expire --expiry-time-period -1 --hmac {captured}'),
    tokens('alice', '--expire --expiry-time-period 86400000 --hmac {captured}'),
    tokens('alice', '--expire --expiry-time-period -1 --hmac {captured}'),
    tokens('alice', '--expire --expiry-time-period -1 --hmac {captured}'),
    tokens('alice', '--describe'),
    tokens('alice', '--create --max-life-time-period -1 --owner-principal User:bob'),
    create('admin', '--max-life-time-period 86400000 --owner-principal User:bob'),
    tokens('bob', '--describe'),
    tokens('alice', '--create --max-life-time-period 0'),
    openly('kafka-topics --create --topic letters'),
    openly('kafka-acls --add --allow-principal User:alice --operation Read --topic letters --group readers'),
    as('alice', 'kafka-topics --list'),
    as('alice', 'kafka-topics --describe'),
    as('bob', 'kafka-topics --describe --topic letters'),
    as('alice', 'kafka-topics --create --topic orders'),
    as('alice', 'kafka-topics --delete --topic letters'),
    as('alice', 'kafka-topics --alter --topic letters --partitions 2'),
    as('alice', 'kafka-configs --topic letters --describe'),
    as('alice', 'kafka-configs --topic letters --alter --add-config retention.ms=1'),
    as('alice', 'kafka-configs --broker 1 --describe'),
    as('alice', 'kafka-configs --broker 1 --alter --add-config background.threads=11'),
    as('alice', 'kafka-configs --user alice --describe'),
    as('alice', 'kafka-configs --user alice --alter --add-config producer_byte_rate=1'),
    as('alice', 'kafka-configs --user alice --alter --add-config SCRAM-SHA-256=[password=alice]'),
    as('alice', 'kafka-client-metrics --list'),
    as('alice', 'kafka-acls --list'),
    as('alice', 'kafka-acls --add --allow-principal User:alice --operation All --topic letters'),
    as('alice', 'kafka-log-dirs --describe'),
    as('alice', 'kafka-leader-election --election-type preferred --all-topic-partitions'),
    as('alice', 'kafka-reassign-partitions --list'),
    as('alice', 'kafka-features upgrade --feature group.version=1'),
    as('alice', 'kafka-metadata-quorum describe --status'),
    as('alice', 'kafka-transactions list'),
    as('alice', 'kafka-transactions describe --transactional-id tx'),
    as('alice', 'kafka-groups --list'),
    as('alice', 'kafka-consumer-groups --list'),
    as('alice', 'kafka-consumer-groups --describe --group readers'),
    as('bob', 'kafka-consumer-groups --describe --group readers'),
    as('bob', 'kafka-share-groups --describe --group readers'),
    as('bob', 'kafka-streams-groups --describe --group readers'),
    as('alice', 'kafka-consumer-groups --delete --group readers'),
    as('alice', 'kafka-get-offsets --topic letters'),
    as('alice', 'kafka-console-consumer --topic letters --group readers --timeout-ms 500'),
    as('bob', 'kafka-console-consumer --topic letters --group readers --timeout-ms 500'),
    as('bob', 'kafka-console-share-consumer --topic letters --group readers --timeout-ms 500'),
    { command: `kafka-cluster cluster-id --bootstrap-server ${secured} --config ${folder}/alice.properties` },
    as('alice', 'kafka-broker-api-versions'),
  ];
}
