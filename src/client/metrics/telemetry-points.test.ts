import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ClientMetric } from './metric-set.ts';
import { TelemetryPoints } from './telemetry-points.ts';

const total = (value: number): ClientMetric => ({
  name: 'byte-total',
  group: 'producer-topic-metrics',
  tags: { 'client-id': 'me', topic: 't', 'some-tag': 'x' },
  value,
  isTotal: true,
});
const gauge: ClientMetric = {
  name: 'fetch-latency-avg',
  group: 'consumer-fetch-manager-metrics',
  tags: { 'client-id': 'me' },
  value: Number.NaN,
  isTotal: false,
};

describe('the points of a push', () => {
  it('are named and labelled as those of other clients', () => {
    const [point] = new TelemetryPoints(5).take([total(1)], ['*'], false, 10);
    assert.deepEqual(point, {
      name: 'org.apache.kafka.producer.topic.byte.total',
      attributes: { topic: 't', some_tag: 'x' },
      value: 1,
      sum: 'cumulative',
      startMs: 5,
    });
    const [other] = new TelemetryPoints(5).take([{ ...gauge, value: 2 }], ['*'], false, 10);
    assert.equal(other?.name, 'org.apache.kafka.consumer.fetch.manager.fetch.latency.avg');
    assert.equal(other?.sum, undefined);
  });

  it('tell of totals what came since the push before, where that is wanted', () => {
    const points = new TelemetryPoints(5);
    const take = (value: number, nowMs: number) => {
      const [point] = points.take([total(value)], [''], true, nowMs);
      return [point?.value, point?.sum, point?.startMs];
    };
    assert.deepEqual(take(3, 10), [3, 'delta', 5]);
    assert.deepEqual(take(7, 20), [4, 'delta', 10]);
    assert.deepEqual(take(7, 30), [0, 'delta', 20]);
  });

  it('leave out what has no value', () => {
    assert.deepEqual(new TelemetryPoints(0).take([gauge], ['*'], false, 1), []);
  });
});
