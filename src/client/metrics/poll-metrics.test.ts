import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '../../platform/index.ts';
import { MetricSet } from './metric-set.ts';
import { PollMetrics } from './poll-metrics.ts';

test('polls tell how far they are apart, how much of the time they take, and when the last one was', () => {
  const clock = new ManualClock();
  const metrics = new MetricSet('consumer', 'me', clock);
  const polls = new PollMetrics(metrics, clock);
  const value = (name: string) => metrics.snapshot().find((metric) => metric.name === name)?.value;
  assert.equal(value('last-poll-seconds-ago'), -1);
  polls.begins();
  polls.ends();
  // The application works for three seconds, and waits in the next poll for one.
  clock.advance(3000);
  polls.begins();
  clock.advance(1000);
  polls.ends();
  clock.advance(2500);
  assert.equal(value('time-between-poll-max'), 3000);
  assert.equal(value('poll-idle-ratio-avg'), 0.25);
  assert.equal(value('last-poll-seconds-ago'), 3);
});
