import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Acknowledgements, outcomeOf, toBatches } from './acknowledgements.ts';

const PLACE = { topic: 'jobs', partition: 0, topicId: 'id' };

test('runs of offsets with one type are one batch', () => {
  const batches = toBatches(
    new Map([
      [5n, 'accept'],
      [3n, 'accept'],
      [4n, 'accept'],
      [6n, 'release'],
      [8n, 'release'],
      [9n, 'gap'],
    ]),
  );
  assert.deepEqual(batches, [
    { firstOffset: 3n, lastOffset: 5n, acknowledgeTypes: [1] },
    { firstOffset: 6n, lastOffset: 6n, acknowledgeTypes: [2] },
    { firstOffset: 8n, lastOffset: 8n, acknowledgeTypes: [2] },
    { firstOffset: 9n, lastOffset: 9n, acknowledgeTypes: [0] },
  ]);
});

test('what was handed out does not wait any more, and nobody hears of gaps', () => {
  const acknowledgements = new Acknowledgements();
  acknowledgements.add(PLACE, 1n, 'accept');
  acknowledgements.add(PLACE, 2n, 'gap');
  const [taken] = acknowledgements.take();
  assert.ok(taken && acknowledgements.isEmpty);
  assert.deepEqual(outcomeOf(taken, undefined), { topic: 'jobs', partition: 0, offsets: [1n], error: undefined });
});
