// Other people's clients over TLS, client certificates and each mechanism of SASL: a record goes there and comes back, and a wrong password is
// told as what it is.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import {
  type BaseOptions,
  Consumer,
  MessagesStreamModes,
  Producer,
  stringDeserializers,
  stringSerializers,
} from '@platformatic/kafka';
import kafkajs from 'kafkajs';
import { Admin } from '../../src/client/index.ts';
import { createTestAuthority } from '../../src/platform/index.ts';
import { createTestIssuer } from '../../src/security/index.ts';
import { BrokerProcess, freePort } from '../support/broker-process.ts';
import { findKafkaJars } from '../support/programs.ts';

const USER = { username: 'alice', password: 'alice-secret' };
const LIMIT_MS = 60_000;

const authority = createTestAuthority('Test CA');
const identity = authority.issue({ subject: [['CN', 'broker']], hosts: ['localhost', '127.0.0.1'] });
const clientIdentity = authority.issue({ subject: [['CN', 'alice']] });
const issuer = createTestIssuer();
const token = () => issuer.issue(Date.now());
const jars = await findKafkaJars();

/** What a client needs to come in. */
interface Way {
  readonly name: string;
  readonly listener: 'SSL' | 'SASL_SSL';
  readonly mechanism?: 'PLAIN' | 'SCRAM-SHA-512' | 'OAUTHBEARER';
}

const WAYS: readonly Way[] = [
  { name: 'a client certificate', listener: 'SSL' },
  { name: 'PLAIN', listener: 'SASL_SSL', mechanism: 'PLAIN' },
  { name: 'SCRAM-SHA-512', listener: 'SASL_SSL', mechanism: 'SCRAM-SHA-512' },
  { name: 'OAUTHBEARER', listener: 'SASL_SSL', mechanism: 'OAUTHBEARER' },
];

describe('clients over secured listeners', () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-test-secured-'));
  const file = (name: string) => join(folder, name);
  const ports = { SSL: 0, SASL_SSL: 0 };
  let broker: BrokerProcess;

  before(async () => {
    writeFileSync(file('broker.pem'), identity.key + identity.certificateChain);
    writeFileSync(file('client.pem'), clientIdentity.key + clientIdentity.certificateChain);
    writeFileSync(file('ca.pem'), authority.certificate);
    writeFileSync(file('keys.json'), issuer.keySet);
    const plainPort = await freePort();
    ports.SSL = await freePort();
    ports.SASL_SSL = await freePort();
    const oauth = 'listener.name.sasl_ssl.oauthbearer.sasl.oauthbearer';
    broker = await BrokerProcess.start([
      `listeners=PLAINTEXT://127.0.0.1:${plainPort},SSL://127.0.0.1:${ports.SSL},SASL_SSL://127.0.0.1:${ports.SASL_SSL}`,
      'ssl.keystore.type=PEM',
      `ssl.keystore.location=${file('broker.pem')}`,
      'ssl.truststore.type=PEM',
      `ssl.truststore.location=${file('ca.pem')}`,
      'listener.name.ssl.ssl.client.auth=required',
      'sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-512,OAUTHBEARER',
      `listener.name.sasl_ssl.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required user_alice="${USER.password}";`,
      `${oauth}.jwks.endpoint.url=file://${file('keys.json')}`,
      `${oauth}.expected.issuer=https://issuer.test`,
      `${oauth}.expected.audience=millrace`,
      'group.initial.rebalance.delay.ms=0',
    ]);
    await using admin = new Admin({ bootstrapServers: `127.0.0.1:${plainPort}` });
    const [altered] = await admin.alterScramUsers([
      { user: USER.username, mechanism: 'SCRAM-SHA-512', password: USER.password },
    ]);
    assert.equal(altered?.error, undefined);
  });
  after(async () => {
    await broker?.[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });

  const addressOf = ({ listener }: Way) => `127.0.0.1:${ports[listener]}`;
  const tlsOf = ({ listener }: Way) => ({
    ca: [authority.certificate],
    ...(listener === 'SSL' && { key: clientIdentity.key, cert: clientIdentity.certificateChain }),
  });

  function kafkaJs(way: Way, password = USER.password): kafkajs.Kafka {
    const sasl: Record<string, kafkajs.SASLOptions> = {
      PLAIN: { mechanism: 'plain', ...USER, password },
      'SCRAM-SHA-512': { mechanism: 'scram-sha-512', ...USER, password },
      OAUTHBEARER: { mechanism: 'oauthbearer', oauthBearerProvider: async () => ({ value: token() }) },
    };
    const chosen = sasl[way.mechanism ?? ''];
    return new kafkajs.Kafka({
      brokers: [addressOf(way)],
      logLevel: kafkajs.logLevel.NOTHING,
      ssl: tlsOf(way),
      ...(chosen && { sasl: chosen }),
      retry: { retries: 3 },
    });
  }

  function platformatic(way: Way, password = USER.password): BaseOptions {
    return {
      clientId: 'secured',
      bootstrapBrokers: [addressOf(way)],
      tls: tlsOf(way),
      retries: 1,
      ...(way.mechanism && {
        sasl:
          way.mechanism === 'OAUTHBEARER'
            ? { mechanism: way.mechanism, token }
            : { mechanism: way.mechanism, ...USER, password },
      }),
    };
  }

  for (const way of WAYS) {
    const topic = `by-${way.mechanism ?? 'certificate'}`;

    it(`kafkajs comes in with ${way.name}`, async () => {
      const kafka = kafkaJs(way);
      const producer = kafka.producer({ allowAutoTopicCreation: true });
      await producer.connect();
      await producer.send({ topic, messages: [{ value: 'from kafkajs' }] });
      await producer.disconnect();
      const consumer = kafka.consumer({ groupId: `kafkajs-${topic}` });
      await consumer.connect();
      await consumer.subscribe({ topics: [topic], fromBeginning: true });
      const read = Promise.withResolvers<string>();
      await consumer.run({ eachMessage: async ({ message }) => read.resolve(String(message.value)) });
      assert.equal(await read.promise, 'from kafkajs');
      await consumer.disconnect();
    });

    it(`@platformatic/kafka comes in with ${way.name}`, async () => {
      const producer = new Producer({ ...platformatic(way), serializers: stringSerializers });
      await producer.send({ messages: [{ topic, value: 'from platformatic' }] });
      await producer.close();
      const consumer = new Consumer({
        ...platformatic(way),
        groupId: `platformatic-${topic}`,
        deserializers: stringDeserializers,
      });
      const stream = await consumer.consume({ topics: [topic], mode: MessagesStreamModes.EARLIEST });
      for await (const { value } of stream) if (value === 'from platformatic') break;
      await consumer.close(true);
    });

    // The console tools ask a token endpoint themselves, which there is none of here.
    if (way.mechanism === 'OAUTHBEARER') continue;
    it(`Apache Kafka's console tools come in with ${way.name}`, {
      skip: 'missing' in jars ? jars.missing : false,
    }, async () => {
      writeFileSync(file('java.properties'), propertiesOf(way));
      const more = [
        '--bootstrap-server',
        addressOf(way),
        '--topic',
        topic,
        '--command-config',
        file('java.properties'),
      ];
      const sent = await java('org.apache.kafka.tools.ConsoleProducer', more, 'from java\n');
      assert.equal(sent.code, 0, sent.output);
      // The two clients before it have sent a record each.
      const options = ['--from-beginning', '--max-messages', '3', '--timeout-ms', '30000'];
      const { output } = await java('org.apache.kafka.tools.consumer.ConsoleConsumer', [...more, ...options]);
      assert.match(output, /^from java$/m);
    });
  }

  for (const way of WAYS.filter(({ mechanism }) => mechanism === 'PLAIN' || mechanism === 'SCRAM-SHA-512')) {
    it(`a wrong password is told as an error of authentication, with ${way.name}`, async () => {
      const producer = kafkaJs(way, 'wrong').producer();
      await assert.rejects(producer.connect(), { name: 'KafkaJSSASLAuthenticationError' });
      await producer.disconnect();
      // In a process of its own: this client goes on connecting after its close, and a late failure of that would count as ours.
      const { output } = await run(process.execPath, [
        '--input-type=module',
        '--eval',
        SEND_WITH_PLATFORMATIC,
        JSON.stringify(platformatic(way, 'wrong')),
      ]);
      assert.match(output, /SASL_AUTHENTICATION_FAILED|authentication failed/i);
    });
  }

  function propertiesOf({ listener, mechanism }: Way): string {
    const module = mechanism === 'PLAIN' ? 'plain.PlainLoginModule' : 'scram.ScramLoginModule';
    return [
      `security.protocol=${listener}`,
      'ssl.truststore.type=PEM',
      `ssl.truststore.location=${file('ca.pem')}`,
      ...(listener === 'SSL' ? ['ssl.keystore.type=PEM', `ssl.keystore.location=${file('client.pem')}`] : []),
      ...(mechanism === undefined
        ? []
        : [
            `sasl.mechanism=${mechanism}`,
            `sasl.jaas.config=org.apache.kafka.common.security.${module} required username="${USER.username}" password="${USER.password}";`,
          ]),
    ].join('\n');
  }
});

const SEND_WITH_PLATFORMATIC = `
  import { inspect } from 'node:util';
  import { Producer, stringSerializers } from '@platformatic/kafka';
  const producer = new Producer({ ...JSON.parse(process.argv[1]), serializers: stringSerializers });
  const sent = producer.send({ messages: [{ topic: 'by-PLAIN', value: 'never' }] });
  console.log(await sent.then(() => 'sent', (error) => inspect(error, { depth: 8 })));
  process.exit();
`;

interface RunResult {
  readonly code: number | null;
  /** Of both streams. */
  readonly output: string;
}

function java(mainClass: string, parameters: readonly string[], input = ''): Promise<RunResult> {
  assert('path' in jars);
  const logging = `-Dlog4j2.configurationFile=${join(import.meta.dirname, '..', 'support', 'kafka-log4j2.xml')}`;
  const options = ['-Xmx256M', '-XX:TieredStopAtLevel=1', logging, '-cp', jars.path];
  return run('java', [...options, mainClass, ...parameters], input);
}

async function run(command: string, parameters: readonly string[], input = ''): Promise<RunResult> {
  const child = spawn(command, parameters, { timeout: LIMIT_MS, cwd: import.meta.dirname });
  let output = '';
  child.stdout.on('data', (text) => {
    output += text;
  });
  child.stderr.on('data', (text) => {
    output += text;
  });
  child.stdin.end(input);
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, output };
}
