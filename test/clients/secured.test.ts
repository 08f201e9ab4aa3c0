// Other people's clients over TLS, client certificates and each mechanism of SASL: a record goes there and comes back, and a wrong password is
// told as what it is.

import assert from 'node:assert/strict';
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
import { runProgram } from './run-program.ts';
import {
  caCertificate,
  clientIdentity,
  type SecuredTarget,
  startSecuredTarget,
  token,
  USER,
  WAYS,
  type Way,
} from './secured-target.ts';

describe('clients over secured listeners', () => {
  let target: SecuredTarget;
  before(async () => {
    target = await startSecuredTarget();
  });
  after(() => target[Symbol.asyncDispose]());

  const addressOf = (way: Way) => target.addressOf(way);
  const tlsOf = ({ listener }: Way) => ({
    ca: [caCertificate],
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
    const topic = `by-${way.listener}-${way.mechanism ?? 'certificate'}`;

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
  }

  for (const way of WAYS.filter(({ mechanism }) => mechanism === 'PLAIN' || mechanism === 'SCRAM-SHA-512')) {
    it(`a wrong password is told as an error of authentication, with ${way.name}`, async () => {
      const producer = kafkaJs(way, 'wrong').producer();
      await assert.rejects(producer.connect(), { name: 'KafkaJSSASLAuthenticationError' });
      await producer.disconnect();
      // In a process of its own: this client goes on connecting after its close, and a late failure of that would count as ours.
      const { output } = await runProgram(process.execPath, [
        '--input-type=module',
        '--eval',
        SEND_WITH_PLATFORMATIC,
        JSON.stringify(platformatic(way, 'wrong')),
      ]);
      assert.match(output, /SASL_AUTHENTICATION_FAILED|authentication failed/i);
    });
  }
});

const SEND_WITH_PLATFORMATIC = `
  import { inspect } from 'node:util';
  import { Producer, stringSerializers } from '@platformatic/kafka';
  const producer = new Producer({ ...JSON.parse(process.argv[1]), serializers: stringSerializers });
  const sent = producer.send({ messages: [{ topic: 'by-SASL_SSL-PLAIN', value: 'never' }] });
  console.log(await sent.then(() => 'sent', (error) => inspect(error, { depth: 8 })));
  process.exit();
`;
