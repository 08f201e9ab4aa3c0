import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { ManualClock, MemoryDisk, MemoryNetwork, SeededRandom } from '../../platform/index.ts';
import { decodeResponse, encodeRequest, FrameReader, metadata } from '../../protocol/index.ts';
import { MemoryLogger } from '../../telemetry/index.ts';
import { StartError } from '../start-error.ts';
import { type RunningServer, startServer } from '../start-server.ts';

const LOCAL_ADDRESS = { host: '127.0.0.1', port: 9092 };

async function start(properties: Record<string, string>) {
  const clock = new ManualClock();
  const network = new MemoryNetwork();
  const logger = new MemoryLogger();
  const server = await startServer({
    properties: { listeners: 'PLAINTEXT://127.0.0.1:9092', 'log.dirs': '/data', ...properties },
    logger,
    platform: { clock, network, disk: new MemoryDisk(clock), random: new SeededRandom(1) },
  });
  return { server, network, clock, logger };
}

async function get(server: RunningServer, path: string, method = 'GET') {
  const response = await fetch(`http://127.0.0.1:${server.metricsPort}${path}`, { method });
  return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
}

/** One Metadata request, answered. */
async function ask(network: MemoryNetwork): Promise<void> {
  const stream = await network.connect(LOCAL_ADDRESS);
  const answered = Promise.withResolvers<Buffer>();
  const reader = new FrameReader(1 << 20, 'test');
  stream.handle({ onData: (chunk) => reader.push(chunk, answered.resolve), onClose: () => {} });
  stream.write(encodeRequest(metadata, 12, { correlationId: 1, clientId: 'c' }, { topics: [] }));
  decodeResponse(metadata, 12, await answered.promise);
  stream.destroy();
}

test('metrics, health and readiness are served where they are asked for', async () => {
  const { server, network } = await start({ 'metrics.listener': '127.0.0.1:0' });
  try {
    await ask(network);
    const { status, type, text } = await get(server, '/metrics');
    assert.equal(status, 200);
    assert.match(type ?? '', /text\/plain; version=0\.0\.4/);
    assert.match(text, /^kafka_network_requestmetrics_requests_total\{request="Metadata",version="12"\} 1$/m);
    assert.match(text, /^kafka_network_requestmetrics_totaltimems\{quantile="0.99",request="Metadata"\} \d/m);
    assert.match(text, /^kafka_server_kafkaserver_brokerstate 3$/m);
    assert.deepEqual([(await get(server, '/health')).status, (await get(server, '/ready')).status], [200, 200]);
    assert.equal((await get(server, '/ready', 'HEAD')).text, '');
    assert.equal((await get(server, '/elsewhere')).status, 404);
    assert.equal((await get(server, '/metrics', 'POST')).status, 405);
  } finally {
    await server.stop();
  }
  await assert.rejects(get(server, '/health'));
});

test('without a setting nothing listens and nothing is counted', async () => {
  const { server } = await start({});
  assert.equal(server.metricsPort, undefined);
  await server.stop();
});

test('an address or a URL that is none stops the start with one line', async () => {
  await assert.rejects(start({ 'metrics.listener': '9464' }), StartError);
  await assert.rejects(start({ 'metrics.otlp.endpoint': 'file:///etc/passwd' }), StartError);
  const { server } = await start({ 'metrics.listener': '127.0.0.1:0' });
  await assert.rejects(start({ 'metrics.listener': `127.0.0.1:${server.metricsPort}` }), /address is in use/);
  await server.stop();
});

test('metrics are posted to a collector, and once more at the end', async () => {
  const bodies: string[] = [];
  const collector = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      bodies.push(Buffer.concat(chunks).toString());
      response.writeHead(bodies.length === 1 ? 503 : 200).end();
    });
  });
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  const { port } = collector.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/v1/metrics`;
  const { server, network, clock, logger } = await start({ 'metrics.otlp.endpoint': url });
  await ask(network);
  const warned = () => logger.of('warn').some(({ fields }) => /503/.test(String(fields.error)));
  clock.advance(60_000);
  for (let turns = 0; !warned(); turns++) {
    assert.ok(turns < 5000, 'nothing was posted');
    await new Promise((resolve) => setImmediate(resolve));
  }
  await server.stop();
  collector.close();
  assert.equal(bodies.length, 2);
  const { resourceMetrics } = JSON.parse(bodies[1] ?? '');
  const { metrics } = resourceMetrics[0].scopeMetrics[0];
  const requests = metrics.find(({ name }: { name: string }) => name === 'kafka_network_requestmetrics_requests_total');
  assert.equal(requests.sum.dataPoints[0].asDouble, 1);
  assert.ok(requests.sum.isMonotonic);
  const times = metrics.find(({ name }: { name: string }) => name === 'kafka_network_requestmetrics_totaltimems');
  const [point] = times.summary.dataPoints;
  assert.equal(point.count, '1');
  assert.deepEqual(
    point.quantileValues.map(({ quantile }: { quantile: number }) => quantile),
    [0.5, 0.75, 0.95, 0.99, 0.999],
  );
});
