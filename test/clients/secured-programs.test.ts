// Apache Kafka's tools and confluent-kafka for Python over TLS, client certificates and each mechanism of SASL, with delegation tokens, and with passwords that
// are wrong.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { findConfluentKafka, findKafkaJars } from '../support/programs.ts';
import { type ProgramResult, runProgram } from './run-program.ts';
import { type SecuredTarget, startSecuredTarget, token, USER, WAYS, type Way } from './secured-target.ts';

const jars = await findKafkaJars();
const python = await findConfluentKafka();
const skipJava = 'missing' in jars ? jars.missing : false;
const skipPython = 'missing' in python ? python.missing : false;
const SCRAM_MODULE = 'org.apache.kafka.common.security.scram.ScramLoginModule';
const PLAIN_MODULE = 'org.apache.kafka.common.security.plain.PlainLoginModule';
const OAUTH = 'org.apache.kafka.common.security.oauthbearer';
const PASSWORDS = WAYS.filter(({ mechanism }) => mechanism === 'PLAIN' || mechanism === 'SCRAM-SHA-512');

describe('programs over secured listeners', () => {
  let target: SecuredTarget;
  before(async () => {
    target = await startSecuredTarget();
  });
  after(() => target[Symbol.asyncDispose]());

  for (const way of WAYS) {
    const topic = `by-${way.listener}-${way.mechanism ?? 'certificate'}`;

    it(`Apache Kafka's console tools come in with ${way.name}`, { skip: skipJava }, async () => {
      const where = [...connection(way, propertiesOf(way)), '--topic', topic];
      const sent = await java('org.apache.kafka.tools.ConsoleProducer', where, 'from java\n');
      assert.equal(sent.code, 0, sent.output);
      const once = ['--from-beginning', '--max-messages', '1', '--timeout-ms', '30000'];
      const { output } = await java('org.apache.kafka.tools.consumer.ConsoleConsumer', [...where, ...once]);
      assert.match(output, /^from java$/m);
    });

    it(`confluent-kafka for Python comes in with ${way.name}`, { skip: skipPython }, async () => {
      const { output } = await confluent(way, USER.password, `${topic}-python`);
      assert.match(output, /^from python$/m);
    });
  }

  for (const way of PASSWORDS) {
    it(`a wrong password is told to Apache Kafka's tools as what it is, with ${way.name}`, {
      skip: skipJava,
    }, async () => {
      const { code, output } = await listTopics(way, propertiesOf(way, { ...USER, password: 'wrong' }));
      assert.equal(code, 1);
      assert.match(output, /SaslAuthenticationException/);
    });

    it(`a wrong password is told to confluent-kafka for Python as what it is, with ${way.name}`, {
      skip: skipPython,
    }, async () => {
      const { output } = await confluent(way, 'wrong', 'never');
      assert.match(output, /^_AUTHENTICATION$/m);
    });
  }

  it("Apache Kafka's tool makes a delegation token that opens a session, shows it, renews it and ends it", {
    skip: skipJava,
  }, async () => {
    const [way] = WAYS.filter(({ mechanism }) => mechanism === 'SCRAM-SHA-512');
    assert(way);
    const tokens = (...parameters: string[]) =>
      java('org.apache.kafka.tools.DelegationTokenCommand', [...connection(way, propertiesOf(way)), ...parameters]);
    const created = await tokens('--create', '--max-life-time-period', '-1', '--renewer-principal', 'User:alice');
    const [, id, hmac = ''] = /^(\S{22})\s+(\S{80,})\s+User:alice/m.exec(created.output) ?? [];
    assert(id, created.output);
    const login = propertiesOf(way, { username: id, password: hmac }, 'tokenauth="true"');
    const inside = await listTopics(way, login);
    assert.equal(inside.code, 0, inside.output);
    assert.match((await tokens('--describe', '--owner-principal', 'User:alice')).output, new RegExp(`^${id}\\s`, 'm'));
    const renewed = await tokens('--renew', '--hmac', hmac, '--renew-time-period', '3600000');
    assert.match(renewed.output, /renewed|expiry/i);
    const expired = await tokens('--expire', '--hmac', hmac, '--expiry-time-period', '-1');
    assert.equal(expired.code, 0, expired.output);
    assert.match((await listTopics(way, login)).output, /SaslAuthenticationException/);
  });

  function listTopics(way: Way, properties: readonly string[]): Promise<ProgramResult> {
    return java('org.apache.kafka.tools.TopicCommand', [...connection(way, properties), '--list']);
  }

  function connection(way: Way, properties: readonly string[]): string[] {
    const file = target.file('java.properties');
    writeFileSync(file, properties.join('\n'));
    return ['--bootstrap-server', target.addressOf(way), '--command-config', file];
  }

  function propertiesOf({ listener, mechanism }: Way, user = USER, more = ''): string[] {
    const stores = [
      'ssl.truststore.type=PEM',
      `ssl.truststore.location=${target.file('ca.pem')}`,
      ...(listener === 'SSL' ? ['ssl.keystore.type=PEM', `ssl.keystore.location=${target.file('client.pem')}`] : []),
    ];
    if (mechanism === undefined) return ['security.protocol=SSL', ...stores];
    const login =
      mechanism === 'OAUTHBEARER'
        ? `${OAUTH}.OAuthBearerLoginModule required clientId="alice" clientSecret="secret" ssl.truststore.type="PEM" ssl.truststore.location="${target.file('ca.pem')}";`
        : `${mechanism === 'PLAIN' ? PLAIN_MODULE : SCRAM_MODULE} required username="${user.username}" password="${user.password}" ${more};`;
    return [
      'security.protocol=SASL_SSL',
      ...stores,
      `sasl.mechanism=${mechanism}`,
      `sasl.jaas.config=${login}`,
      ...(mechanism === 'OAUTHBEARER'
        ? [
            `sasl.login.callback.handler.class=${OAUTH}.OAuthBearerLoginCallbackHandler`,
            `sasl.oauthbearer.token.endpoint.url=${target.tokenUrl}`,
          ]
        : []),
    ];
  }

  function java(mainClass: string, parameters: readonly string[], input = ''): Promise<ProgramResult> {
    assert('path' in jars);
    const logging = `-Dlog4j2.configurationFile=${join(import.meta.dirname, '..', 'support', 'kafka-log4j2.xml')}`;
    const provider = `-Dorg.apache.kafka.sasl.oauthbearer.allowed.urls=${target.tokenUrl}`;
    const options = ['-Xmx256M', '-XX:TieredStopAtLevel=1', logging, provider, '-cp', jars.path];
    return runProgram('java', [...options, mainClass, ...parameters], input);
  }

  function confluent({ listener, mechanism, ...way }: Way, password: string, topic: string): Promise<ProgramResult> {
    assert('path' in python);
    const config = {
      'bootstrap.servers': target.addressOf({ listener, ...way }),
      'security.protocol': mechanism === undefined ? 'SSL' : 'SASL_SSL',
      'ssl.ca.location': target.file('ca.pem'),
      ...(listener === 'SSL' && {
        'ssl.certificate.location': target.file('client.pem'),
        'ssl.key.location': target.file('client.pem'),
      }),
      ...(mechanism !== undefined && { 'sasl.mechanism': mechanism }),
      ...(mechanism !== undefined &&
        mechanism !== 'OAUTHBEARER' && { 'sasl.username': USER.username, 'sasl.password': password }),
    };
    return runProgram(python.path, ['members/secured.py', JSON.stringify(config), topic, token()]);
  }
});
