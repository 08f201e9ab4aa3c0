import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ClientMetric } from './metric-set.ts';
import { type OpenTelemetryMeter, observeMetrics } from './observe-metrics.ts';

type Callback = Parameters<ReturnType<OpenTelemetryMeter['createObservableGauge']>['addCallback']>[0];

function fakeMeter() {
  const callbacks = new Map<string, Callback>();
  const create = (kind: string) => (name: string) => ({
    addCallback: (callback: Callback) => void callbacks.set(`${kind} ${name}`, callback),
    removeCallback: () => void callbacks.delete(`${kind} ${name}`),
  });
  const meter = { createObservableGauge: create('gauge'), createObservableCounter: create('counter') };
  const collect = () =>
    [...callbacks].flatMap(([name, callback]) => {
      const seen: unknown[] = [];
      callback({ observe: (value, attributes) => seen.push([name, value, attributes]) });
      return seen;
    });
  return { meter, callbacks, collect };
}

const metric = (name: string, value: number, isTotal: boolean): ClientMetric => ({
  ...{ name, value, isTotal },
  group: 'producer-metrics',
  tags: { 'client-id': 'me' },
});

describe('metrics given to OpenTelemetry', () => {
  it('are counters and gauges, those included that come later, until the end', () => {
    const list = [metric('request-total', 3, true), metric('request-latency-avg', Number.NaN, false)];
    const { meter, callbacks, collect } = fakeMeter();
    const end = observeMetrics({ metrics: () => list }, meter);
    const total = ['counter org.apache.kafka.producer.request.total', 3, { 'client-id': 'me' }];
    assert.deepEqual(collect(), [total]);
    list.push(metric('record-send-rate', 2, false));
    collect();
    const late = ['gauge org.apache.kafka.producer.record.send.rate', 2, { 'client-id': 'me' }];
    assert.deepEqual(collect(), [total, late]);
    end();
    assert.equal(callbacks.size, 0);
  });
});
