import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPromMetrics } from './prom-metrics.ts';

test('counters, summaries, gauges and what clients push are read in one text', async () => {
  const metrics = await createPromMetrics();
  const counter = metrics.counter({ name: 'bytes_total', help: 'Bytes.', labels: ['topic'] });
  counter.add({ topic: 'a "quoted" one\n' }, 3);
  counter.add({ topic: 'b' }, 1);
  counter.add({ topic: 'b' }, 1);
  metrics.summary({ name: 'time_ms', help: 'Time.', labels: ['request'] }).observe({ request: 'Fetch' }, 7);
  let connections = 1;
  metrics.gauge({ name: 'connections', help: 'Connections.' }, () => [{ labels: {}, value: connections }]);
  metrics.foreign(() => [
    { name: 'pushed', labels: { client: 'x' }, value: 1 },
    { name: 'pushed', labels: { client: 'y', topic: 't' }, value: 2 },
  ]);
  connections = 5;
  const { contentType, text } = await metrics.text();
  assert.match(contentType, /text\/plain; version=0\.0\.4/);
  for (const line of [
    '# TYPE bytes_total counter',
    'bytes_total{topic="a \\"quoted\\" one\\n"} 3',
    'bytes_total{topic="b"} 2',
    'time_ms{quantile="0.99",request="Fetch"} 7',
    'time_ms_sum{request="Fetch"} 7',
    'time_ms_count{request="Fetch"} 1',
    'connections 5',
    'pushed{client="x"} 1',
    'pushed{client="y",topic="t"} 2',
  ]) {
    assert.ok(text.split('\n').includes(line), `${line} is missing in\n${text}`);
  }
  assert.match(text, /^process_resident_memory_bytes \d/m);
  const families = await metrics.families();
  const summary = families.find(({ name }) => name === 'time_ms');
  assert.equal(summary?.type, 'summary');
  assert.deepEqual(summary?.values.at(-1), { name: 'time_ms_count', labels: { request: 'Fetch' }, value: 1 });
});

test('the series used longest ago makes room for a new one', async () => {
  const metrics = await createPromMetrics();
  const counter = metrics.counter({ name: 'bytes_total', help: 'Bytes.', labels: ['topic'], maxSeries: 2 });
  for (const topic of ['a', 'b', 'a', 'c']) counter.add({ topic }, 1);
  const family = (await metrics.families()).find(({ name }) => name === 'bytes_total');
  assert.deepEqual(
    family?.values.map(({ labels, value }) => [labels.topic, value]),
    [
      ['a', 2],
      ['c', 1],
    ],
  );
});
