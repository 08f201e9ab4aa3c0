import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ManualClock } from '../../platform/index.ts';
import { MetricSet } from './metric-set.ts';

function newSet() {
  const clock = new ManualClock();
  const metrics = new MetricSet('producer', 'me', clock);
  const value = (name: string) => metrics.snapshot().find((metric) => metric.name === name)?.value;
  return { clock, metrics, value };
}

describe('the metrics of a client', () => {
  it('count in all, and by second over the last half minute to minute', () => {
    const { clock, metrics, value } = newSet();
    const meter = metrics.meter('record-send');
    meter.record(300);
    assert.equal(value('record-send-rate'), 10);
    clock.advance(15_000);
    meter.record(300);
    assert.equal(value('record-send-rate'), 600 / 45);
    clock.advance(20_000);
    meter.record(100);
    assert.equal(value('record-send-rate'), 700 / 35);
    clock.advance(31_000);
    assert.equal(value('record-send-rate'), 100 / 31);
    clock.advance(60_000);
    assert.equal(value('record-send-rate'), 0);
    assert.equal(value('record-send-total'), 700);
  });

  it('tell of what is rare by the hour, and add up times in nanoseconds', () => {
    const { metrics, value } = newSet();
    metrics.meter('rebalance', {}, 'hour').record(1);
    assert.equal(value('rebalance-rate-per-hour'), 120);
    assert.equal(value('rebalance-total'), 1);
    const flush = metrics.stopwatch('flush');
    flush.record(1.5);
    flush.record(2);
    assert.equal(value('flush-time-ns-total'), 3_500_000);
  });

  it('remember averages and maxima as long, and have none where nothing was recorded', () => {
    const { clock, metrics, value } = newSet();
    const latency = metrics.distribution('request-latency');
    assert.equal(value('request-latency-avg'), Number.NaN);
    assert.equal(value('request-latency-max'), Number.NaN);
    latency.record(2);
    latency.record(4);
    assert.equal(value('request-latency-avg'), 3);
    assert.equal(value('request-latency-max'), 4);
    clock.advance(30_000);
    latency.record(1);
    assert.equal(value('request-latency-max'), 4);
    clock.advance(30_000);
    assert.equal(value('request-latency-max'), 1);
  });

  it('carry group and tags as Kafka has them', () => {
    const { metrics } = newSet();
    metrics.meter('byte', { group: 'producer-topic-metrics', tags: { topic: 'orders' } }).record(1);
    metrics.gauge('requests-in-flight', () => 5);
    assert.deepEqual(metrics.snapshot().slice(1), [
      {
        name: 'byte-total',
        group: 'producer-topic-metrics',
        tags: { 'client-id': 'me', topic: 'orders' },
        value: 1,
        isTotal: true,
      },
      { name: 'requests-in-flight', group: 'producer-metrics', tags: { 'client-id': 'me' }, value: 5, isTotal: false },
    ]);
  });

  it('are kept for a thousand topics', () => {
    const { metrics } = newSet();
    const ofTopic = metrics.perTopic(({ topic }) => topic);
    for (let topic = 0; topic < 1000; topic++) assert.equal(ofTopic(`t${topic}`), `t${topic}`);
    assert.equal(ofTopic('one too many'), undefined);
    assert.equal(ofTopic('t7'), 't7');
  });
});
