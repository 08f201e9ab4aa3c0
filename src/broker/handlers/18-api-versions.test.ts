import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { apiVersions, decodeResponse, encodeRequest, errorName } from '../../protocol/index.ts';
import { TestBroker } from '../testing/test-broker.ts';
import { HANDLERS } from './index.ts';

const SOFTWARE = { clientSoftwareName: 'a-client', clientSoftwareVersion: '1.0' };

/** What Apache Kafka 4.3.1 serves: key, name and versions. */
const kafka = readFileSync(new URL('../../../test/fixtures/kafka-4.3-api-versions.tsv', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => line.split('\t'));

test("every version of Apache Kafka's is advertised of every API that has a handler, and nothing else", async () => {
  await using broker = await TestBroker.start();
  const { apiKeys } = await (await broker.connect()).send(apiVersions, 4, SOFTWARE);
  const expected = kafka
    // Telemetry is wanted only where somebody reads it, here as there.
    .filter(([key = '', , versions = '']) => Object.hasOwn(HANDLERS, key) && /^\d/.test(versions))
    .map(([key = '', , versions = '']) => {
      const [min = '', max = min] = versions.split('-');
      return [Number(key), Number(min), Number(max)];
    });
  assert.deepEqual(
    apiKeys.map(({ apiKey, minVersion, maxVersion }) => [apiKey, minVersion, maxVersion]),
    expected,
  );
});

test('a client of the future is answered in version 0 with the versions that it may use (KIP-511)', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  const frame = Buffer.concat(encodeRequest(apiVersions, 4, { correlationId: 5, clientId: 'c' }, SOFTWARE)).subarray(4);
  frame.writeInt16BE(99, 2);
  client.writeFrame(frame);
  const { correlationId, body } = decodeResponse(apiVersions, 0, await client.nextFrame());
  assert.equal(correlationId, 5);
  assert.equal(errorName(body.errorCode), 'UNSUPPORTED_VERSION');
  assert.deepEqual(
    body.apiKeys.map(({ apiKey, maxVersion }) => [apiKey, maxVersion]),
    [[18, 4]],
  );
  assert.equal((await client.send(apiVersions, 4, SOFTWARE)).errorCode, 0);
});

test('a client whose name or version has strange characters is refused', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  for (const name of ['', '-a', 'a-', 'a b', 'a\n', 'ä']) {
    const refused = await client.send(apiVersions, 3, { ...SOFTWARE, clientSoftwareName: name });
    assert.deepEqual([errorName(refused.errorCode), refused.apiKeys], ['INVALID_REQUEST', []], name);
    const version = await client.send(apiVersions, 3, { ...SOFTWARE, clientSoftwareVersion: name });
    assert.equal(errorName(version.errorCode), 'INVALID_REQUEST', name);
  }
  assert.equal((await client.send(apiVersions, 2, {})).errorCode, 0, 'before version 3 there is no name');
});

test('the features in force are told, those from level 0 on only to who understands that', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  const latest = await client.send(apiVersions, 4, SOFTWARE);
  const names = latest.finalizedFeatures.map(({ name }) => name);
  assert.ok(names.includes('metadata.version') && names.includes('kraft.version'));
  assert.ok(latest.finalizedFeaturesEpoch >= 0n);
  const older = await client.send(apiVersions, 3, SOFTWARE);
  assert.ok(older.supportedFeatures.every(({ minVersion }) => minVersion > 0));
  assert.ok(older.supportedFeatures.length < latest.supportedFeatures.length);
});
