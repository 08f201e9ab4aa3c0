import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Disk, HttpsRequest } from '../../platform/index.ts';
import { errorName, incrementalAlterConfigs, metadata, saslAuthenticate, saslHandshake } from '../../protocol/index.ts';
import { createTestIssuer } from '../../security/index.ts';
import { TestBroker } from '../testing/test-broker.ts';
import type { TestClient } from '../testing/test-client.ts';

const issuer = createTestIssuer();
const PREFIX = 'listener.name.sasl_plaintext.oauthbearer.';
const SETTINGS = {
  listeners: 'SASL_PLAINTEXT://127.0.0.1:9092,PLAINTEXT://127.0.0.1:9093',
  'sasl.enabled.mechanisms': 'OAUTHBEARER',
  [`${PREFIX}sasl.server.callback.handler.class`]:
    'org.apache.kafka.common.security.oauthbearer.OAuthBearerValidatorCallbackHandler',
  [`${PREFIX}sasl.oauthbearer.jwks.endpoint.url`]: 'https://issuer.test/keys',
  [`${PREFIX}sasl.oauthbearer.expected.issuer`]: 'https://issuer.test',
  [`${PREFIX}sasl.oauthbearer.expected.audience`]: 'millrace',
  'connection.failed.authentication.delay.ms': '0',
  'connections.max.idle.ms': '-1',
};

function start(settings: Record<string, string> = {}, asked: HttpsRequest[] = [], disk?: Disk): Promise<TestBroker> {
  const getOverHttps = async (request: HttpsRequest) => {
    asked.push(request);
    return issuer.keySet;
  };
  return TestBroker.start({ settings: { ...SETTINGS, ...settings }, getOverHttps, ...(disk && { disk }) });
}

async function send(broker: TestBroker, client: TestClient, message: string) {
  const authBytes = Buffer.from(message);
  const answer = await broker.settle(client.send(saslAuthenticate, 2, { authBytes }));
  return { ...answer, error: errorName(answer.errorCode), challenge: answer.authBytes.toString() };
}

async function shakeHands(broker: TestBroker): Promise<TestClient> {
  const client = await broker.connect();
  assert.equal((await client.send(saslHandshake, 1, { mechanism: 'OAUTHBEARER' })).errorCode, 0);
  return client;
}

const first = (token: string, name = '', extensions = '') => `n,${name},\x01auth=Bearer ${token}\x01${extensions}\x01`;

test('a token lets its bearer in as its subject, for as long as it lasts', async () => {
  const asked: HttpsRequest[] = [];
  await using broker = await start({}, asked);
  const client = await shakeHands(broker);
  const token = issuer.issue(broker.clock.now());
  const { error, sessionLifetimeMs } = await send(broker, client, first(token, 'a=alice', 'traceId=1\x01'));
  assert.equal(error, 'NONE');
  assert.ok(sessionLifetimeMs > 3_598_000n && sessionLifetimeMs <= 3_600_000n, String(sessionLifetimeMs));
  assert.equal((await client.send(metadata, 9, { topics: null })).brokers.length, 1);
  await broker.clock.advanceAndSettle(Number(sessionLifetimeMs) + 1);
  client.write(metadata, 9, { topics: null });
  await client.closed;
  assert.deepEqual(
    asked.map(({ url }) => url.href),
    ['https://issuer.test/keys'],
  );
});

test('a token that is refused gets the answer of RFC 7628, and then the error', async () => {
  await using broker = await start();
  const client = await shakeHands(broker);
  const token = issuer.issue(broker.clock.now(), { algorithm: 'none' });
  const refused = await send(broker, client, first(token));
  assert.deepEqual([refused.error, refused.challenge], ['NONE', '{"status":"invalid_token"}']);
  const ended = await send(broker, client, '\x01');
  assert.deepEqual([ended.error, ended.errorMessage], ['SASL_AUTHENTICATION_FAILED', '{"status":"invalid_token"}']);
  await client.closed;
  assert.ok(!JSON.stringify(broker.log.lines).includes(token), 'the token is in the log');
});

test('a message that is none, and a name that the token does not have, are refused', async () => {
  await using broker = await start();
  const token = issuer.issue(broker.clock.now());
  const messages = [
    '',
    '\x01',
    'n,,',
    `n,,\x01auth=Basic ${token}\x01\x01`,
    `n,,\x01auth=Bearer ${token}\x01`,
    'n,,\x01a=b\x01\x01',
  ];
  for (const message of [...messages, first(token, 'a=admin')]) {
    const { error } = await send(broker, await shakeHands(broker), message);
    assert.equal(error, 'SASL_AUTHENTICATION_FAILED', JSON.stringify(message));
  }
});

test('the broker does not start where a token of anybody would do', async () => {
  const refusals: Record<string, [setting: string, text: string]> = {
    'expected.issuer and': ['sasl.oauthbearer.expected.audience', ''],
    'must be an https: or file: URL': ['sasl.oauthbearer.jwks.endpoint.url', 'http://issuer.test/keys'],
    ENOENT: ['sasl.oauthbearer.jwks.endpoint.url', 'file:///none.json'],
    'the login module of OAUTHBEARER is': [
      'sasl.jaas.config',
      'org.apache.kafka.common.security.plain.PlainLoginModule required;',
    ],
    'cannot be run here': [
      'sasl.server.callback.handler.class',
      'org.apache.kafka.common.security.oauthbearer.internals.unsecured.OAuthBearerUnsecuredValidatorCallbackHandler',
    ],
  };
  for (const [reason, [setting, text]] of Object.entries(refusals)) {
    await assert.rejects(start({ [`${PREFIX}${setting}`]: text }), new RegExp(`SASL_PLAINTEXT: .*${reason}`));
  }
});

test('no request can turn the broker to another provider, not even for its next start', async () => {
  const asked: HttpsRequest[] = [];
  let disk: Disk;
  {
    await using broker = await start({}, asked);
    disk = broker.disk;
    const admin = await broker.connect(9093);
    const alter = async (name: string) => {
      const configs = [{ name, configOperation: 0, value: 'https://169.254.169.254/keys' }];
      const resources = [{ resourceType: 4, resourceName: String(broker.broker.nodeId), configs }];
      const { responses } = await admin.send(incrementalAlterConfigs, 1, { resources, validateOnly: false });
      return errorName(responses[0]?.errorCode ?? 0);
    };
    assert.equal(await alter('sasl.oauthbearer.jwks.endpoint.url'), 'INVALID_REQUEST');
    // As in Kafka, names of a listener's own are kept whatever they are.
    assert.equal(await alter(`${PREFIX}sasl.oauthbearer.jwks.endpoint.url`), 'NONE');
    const header = { kid: 'other', jku: 'https://169.254.169.254/keys' };
    await broker.clock.advanceAndSettle(60_000);
    await send(broker, await shakeHands(broker), first(issuer.issue(broker.clock.now(), { header })));
  }
  await using again = await start({}, asked, disk);
  assert.equal(again.log.of('error').length, 0);
  assert.deepEqual(
    asked.map(({ url }) => url.href),
    ['https://issuer.test/keys', 'https://issuer.test/keys', 'https://issuer.test/keys'],
  );
});
