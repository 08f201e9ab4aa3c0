// Our client's TLS and SASL against Millrace in memory, Millrace in a process of its own, and Apache Kafka: the same tests on each.

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import {
  Admin,
  AuthenticationError,
  type ClientOptions,
  Consumer,
  Producer,
  type SecurityOptions,
} from '../../src/client/index.ts';
import { createNodePlatform, type Network, sleep } from '../../src/platform/index.ts';
import { createTestAuthority } from '../../src/platform/test-authority.ts';
import { createTestIssuer } from '../../src/security/index.ts';
import { startKafka } from '../../src/testing/index.ts';
import { millrace } from '../cli/run-millrace.ts';
import { ApacheKafkaProcess } from '../support/apache-kafka-process.ts';
import { BrokerProcess, freePort } from '../support/broker-process.ts';
import { KAFKA_VERSION } from '../support/programs.ts';

/** How a broker can be reached, and what it takes there. */
interface SecureTarget extends AsyncDisposable {
  readonly plain: ClientOptions;
  /** The port of each protocol that it serves beside the plain one. */
  readonly ports: Partial<Record<'SSL' | 'SASL_PLAINTEXT' | 'SASL_SSL', number>>;
}

const ALICE = { username: 'alice', password: 'alice-secret' };
const MECHANISMS = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512', 'OAUTHBEARER'] as const;
const PLAIN_MODULE = 'org.apache.kafka.common.security.plain.PlainLoginModule';
const SCRAM_MODULE = 'org.apache.kafka.common.security.scram.ScramLoginModule';
const OAUTH_MODULE = 'org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule';
const SESSION_MS = 2000;
const PATIENCE_MS = 40_000;

const authority = createTestAuthority('Test CA');
const stranger = createTestAuthority('Another CA');
const brokerIdentity = authority.issue({ subject: [['CN', 'broker']], hosts: ['127.0.0.1'] });
const tls = { trusted: [authority.certificate] };
const issuer = createTestIssuer();

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-test-security-'));
  await writeFile(join(folder, 'broker.pem'), brokerIdentity.key + brokerIdentity.certificateChain);
  await writeFile(join(folder, 'trusted.pem'), authority.certificate);
  await writeFile(join(folder, 'keys.json'), issuer.keySet);
});
after(() => rm(folder, { recursive: true, force: true }));

/** The same settings for both brokers, whose names are Kafka's; but a token that nobody has signed is taken by Apache Kafka only. */
function settingsOf(protocols: readonly string[], mechanisms: readonly string[]): string[] {
  const modules: Readonly<Record<string, string>> = {
    PLAIN: `${PLAIN_MODULE} required user_${ALICE.username}="${ALICE.password}";`,
    'SCRAM-SHA-256': `${SCRAM_MODULE} required;`,
    'SCRAM-SHA-512': `${SCRAM_MODULE} required;`,
    OAUTHBEARER: `${OAUTH_MODULE} required unsecuredLoginStringClaim_sub="broker";`,
  };
  return [
    `sasl.enabled.mechanisms=${mechanisms.join(',')}`,
    ...protocols.flatMap((protocol) =>
      mechanisms.map(
        (mechanism) =>
          `listener.name.${protocol.toLowerCase()}.${mechanism.toLowerCase()}.sasl.jaas.config=${modules[mechanism]}`,
      ),
    ),
    ...protocols.flatMap((protocol) => {
      const prefix = `listener.name.${protocol.toLowerCase()}.oauthbearer.sasl.oauthbearer`;
      return [
        `${prefix}.jwks.endpoint.url=file://${join(folder, 'keys.json')}`,
        `${prefix}.expected.issuer=https://issuer.test`,
        `${prefix}.expected.audience=millrace`,
      ];
    }),
    `connections.max.reauth.ms=${SESSION_MS}`,
    'delegation.token.secret.key=of-this-test-only',
    'group.initial.rebalance.delay.ms=0',
  ];
}

function tlsSettings(): string[] {
  return [
    'ssl.keystore.type=PEM',
    `ssl.keystore.location=${folder}/broker.pem`,
    'ssl.truststore.type=PEM',
    `ssl.truststore.location=${folder}/trusted.pem`,
    'listener.name.ssl.ssl.client.auth=required',
  ];
}

async function startMemory(): Promise<SecureTarget> {
  const settings = settingsOf(['PLAINTEXT'], ['PLAIN']).map((line) => line.split(/=(.*)/s, 2) as [string, string]);
  const kafka = await startKafka({
    network: 'memory',
    settings: { ...Object.fromEntries(settings), 'listener.security.protocol.map': 'PLAINTEXT:SASL_PLAINTEXT' },
  });
  const plain = { ...kafka.clientOptions, security: { sasl: { mechanism: 'PLAIN', ...ALICE } } } as const;
  const port = Number(kafka.bootstrapServers.split(':').at(-1));
  return { plain, ports: { SASL_PLAINTEXT: port }, [Symbol.asyncDispose]: () => kafka[Symbol.asyncDispose]() };
}

async function startOverTcp(kind: 'millrace' | 'kafka'): Promise<SecureTarget> {
  const ports = { SSL: await freePort(), SASL_PLAINTEXT: await freePort(), SASL_SSL: await freePort() };
  const listeners = Object.entries(ports).map(([protocol, port]) => `${protocol}://127.0.0.1:${port}`);
  const settings = [...settingsOf(['SASL_PLAINTEXT', 'SASL_SSL'], MECHANISMS), ...tlsSettings()];
  const broker = await (kind === 'kafka'
    ? ApacheKafkaProcess.start(settings, { listeners })
    : BrokerProcess.start(settings, { listeners }));
  return {
    plain: { bootstrapServers: broker.bootstrap },
    ports,
    [Symbol.asyncDispose]: () => broker[Symbol.asyncDispose](),
  };
}

/** A token of the provider whose keys the broker knows. */
function signedToken(subject: string, expiresAtMs: number): string {
  return issuer.issue(Date.now(), { claims: { sub: subject, exp: Math.floor(expiresAtMs / 1000) } });
}

/** A token that nobody has signed, as brokers take it that are not told whom to trust. */
function unsecuredToken(subject: string, expiresAtMs: number): string {
  const part = (content: object) => Buffer.from(JSON.stringify(content)).toString('base64url');
  return `${part({ alg: 'none' })}.${part({ sub: subject, iat: 0, exp: expiresAtMs / 1000 })}.`;
}

function clientSecurity(
  name: string,
  start: () => Promise<SecureTarget>,
  has: {
    readonly mechanisms: readonly string[];
    readonly tls: boolean;
    /** Whether it says that it does not trust a certificate. */
    readonly alerts: boolean;
    /** A token that it takes until then, ms since 1970. */
    readonly token: (subject: string, expiresAtMs: number) => string;
  },
): void {
  describe(`the client's security on ${name}`, { concurrency: true }, () => {
    let target: SecureTarget;
    before(async () => {
      target = await start();
      await using admin = new Admin(target.plain);
      for (const mechanism of ['SCRAM-SHA-256', 'SCRAM-SHA-512'] as const) {
        if (!has.mechanisms.includes(mechanism)) continue;
        const [altered] = await admin.alterScramUsers([{ user: ALICE.username, mechanism, password: ALICE.password }]);
        assert.equal(altered?.error, undefined);
      }
    });
    after(() => target[Symbol.asyncDispose]());

    function reach(protocol: keyof SecureTarget['ports'], security: SecurityOptions): ClientOptions {
      return { ...target.plain, bootstrapServers: `127.0.0.1:${target.ports[protocol]}`, security };
    }

    /** A record there and back, so that every kind of connection is used. */
    async function roundTrip(client: ClientOptions): Promise<void> {
      const topic = `t-${Math.random().toString(36).slice(2)}`;
      await using admin = new Admin(client);
      await admin.createTopics([{ name: topic, numPartitions: 1, replicationFactor: 1 }]);
      await using producer = new Producer(client);
      await producer.send({ topic, value: 'hello' });
      await using consumer = new Consumer({ ...client, groupId: topic, autoOffsetReset: 'earliest' });
      consumer.subscribe([topic]);
      for await (const record of consumer) {
        assert.equal(String(record.value), 'hello');
        break;
      }
    }

    /** What a cluster has agreed to may take a moment to be seen everywhere. */
    async function until(isSo: () => Promise<boolean>): Promise<void> {
      const { clock } = createNodePlatform();
      const deadlineMs = clock.monotonic() + PATIENCE_MS;
      while (!(await isSo())) {
        assert.ok(clock.monotonic() < deadlineMs, `not so within ${PATIENCE_MS} ms`);
        await sleep(clock, 50);
      }
    }

    async function refused(client: ClientOptions, reason: RegExp): Promise<void> {
      await using admin = new Admin({ ...client, apiTimeoutMs: 10_000 });
      await assert.rejects(admin.listTopics(), (error) => {
        assert.ok(error instanceof AuthenticationError, String(error));
        assert.match(error.message, reason);
        return true;
      });
    }

    /** By a broker that closes the connection without a word. */
    async function notLetIn(client: ClientOptions): Promise<void> {
      await using admin = new Admin({ ...client, apiTimeoutMs: 1000 });
      await assert.rejects(admin.listTopics(), /closed the connection before it answered/);
    }

    for (const mechanism of MECHANISMS.filter((each) => has.mechanisms.includes(each))) {
      const login = (password: string) =>
        mechanism === 'OAUTHBEARER'
          ? {
              mechanism,
              token: async () => {
                const expiresAtMs = Date.now() + (password === ALICE.password ? 60_000 : -3_600_000);
                return { value: has.token(ALICE.username, expiresAtMs), expiresAtMs };
              },
            }
          : { mechanism, username: ALICE.username, password };

      it(`logs in with ${mechanism}, and is told when that is not possible`, async () => {
        await roundTrip(reach('SASL_PLAINTEXT', { sasl: login(ALICE.password) }));
        await refused(reach('SASL_PLAINTEXT', { sasl: login('guess') }), new RegExp(`${mechanism}: .*refused`));
      });

      it(`logs in with ${mechanism} again before the session ends, on the same connection`, async () => {
        const client = reach('SASL_PLAINTEXT', { sasl: login(ALICE.password) });
        const platform = client.platform ?? createNodePlatform();
        const { clock } = platform;
        let connectedMs = clock.monotonic();
        const connect: Network['connect'] = (...parameters) => {
          connectedMs = clock.monotonic();
          return platform.network.connect(...parameters);
        };
        const network = { listen: platform.network.listen, connect };
        await using admin = new Admin({ ...client, platform: { ...platform, network } });
        // On a busy machine a renewal may come too late, and a new connection is made; sooner or later one outlives its session.
        const deadlineMs = clock.monotonic() + PATIENCE_MS;
        while (clock.monotonic() - connectedMs < SESSION_MS * 1.5) {
          assert.ok(clock.monotonic() < deadlineMs, `no connection outlived its session within ${PATIENCE_MS} ms`);
          await admin.listTopics();
          await sleep(clock, SESSION_MS / 10);
        }
      });
    }

    if (!has.tls) return;

    it('makes a token, logs in with it, lets it go on and ends it', async () => {
      await using admin = new Admin(reach('SASL_PLAINTEXT', { sasl: { mechanism: 'SCRAM-SHA-256', ...ALICE } }));
      const made = await admin.createDelegationToken({ maxLifetimeMs: 3_600_000n });
      assert.deepEqual(made.owner, { principalType: 'User', principalName: ALICE.username });
      const isListed = async () =>
        (await admin.describeDelegationTokens()).some(({ tokenId }) => tokenId === made.tokenId);
      await until(isListed);
      const login = {
        mechanism: 'SCRAM-SHA-256',
        username: made.tokenId,
        password: made.hmac.toString('base64'),
        isDelegationToken: true,
      } as const;
      await roundTrip(reach('SASL_PLAINTEXT', { sasl: login }));
      assert.ok((await admin.renewDelegationToken(made.hmac, { periodMs: 60_000n })) < made.maxTimestampMs);
      await admin.expireDelegationToken(made.hmac);
      await until(async () => !(await isListed()));
      await refused(reach('SASL_PLAINTEXT', { sasl: login }), /SCRAM-SHA-256: .*refused/);
    });

    it('makes sure of a broker by its certificate, and shows its own', async () => {
      await roundTrip(reach('SSL', { tls: { ...tls, identity: authority.issue({ subject: [['CN', 'alice']] }) } }));
      const unknown = stranger.issue({ subject: [['CN', 'alice']] });
      await refused(reach('SSL', { tls }), /TLS alert: .*certificate/);
      const client = reach('SSL', { tls: { ...tls, identity: unknown } });
      if (has.alerts) await refused(client, /TLS alert: /);
      else await notLetIn(client);
    });

    it("secures the command line by the properties that Kafka's tools take", async () => {
      const file = join(folder, `${name.replaceAll(' ', '-')}.properties`);
      const properties = [
        'security.protocol=SASL_SSL',
        'sasl.mechanism=SCRAM-SHA-512',
        `sasl.jaas.config=${SCRAM_MODULE} required username="${ALICE.username}" password="${ALICE.password}";`,
        'ssl.truststore.type=PEM',
        `ssl.truststore.location=${folder}/trusted.pem`,
      ];
      await writeFile(file, properties.join('\n'));
      const bootstrap = `127.0.0.1:${target.ports.SASL_SSL}`;
      const { exitCode, stderr } = await millrace(['cluster', 'describe', '-b', bootstrap, '--command-config', file]);
      assert.deepEqual({ exitCode, stderr }, { exitCode: 0, stderr: '' });
    });

    it('does not take a broker for another one', async () => {
      const sasl = { mechanism: 'SCRAM-SHA-256', ...ALICE } as const;
      await roundTrip(reach('SASL_SSL', { tls, sasl }));
      await refused(reach('SASL_SSL', { tls: true, sasl }), /self.signed|unable to/i);
      await refused(reach('SASL_SSL', { tls: { trusted: [stranger.certificate] }, sasl }), /self.signed|unable to/i);
      const byName = { ...reach('SASL_SSL', { tls, sasl }), bootstrapServers: `localhost:${target.ports.SASL_SSL}` };
      await refused(byName, /does not match/);
    });
  });
}

clientSecurity('Millrace in memory', startMemory, {
  mechanisms: ['PLAIN'],
  tls: false,
  alerts: false,
  token: signedToken,
});
clientSecurity('Millrace over TCP', () => startOverTcp('millrace'), {
  mechanisms: MECHANISMS,
  tls: true,
  // Node closes the connection where others would send an alert.
  alerts: false,
  token: signedToken,
});
clientSecurity(`Apache Kafka ${KAFKA_VERSION}`, () => startOverTcp('kafka'), {
  mechanisms: MECHANISMS,
  tls: true,
  alerts: true,
  token: unsecuredToken,
});
