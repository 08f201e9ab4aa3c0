// `millrace log dump` on the files that a broker leaves; with MILLRACE_TEST_BROKER=apache on those of Apache Kafka.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { startTestBroker } from '../support/test-broker.ts';
import { millrace } from './run-millrace.ts';

test('the files of a broker that was killed are whole, and hold what was written and committed', async () => {
  await using broker = await startTestBroker(['group.initial.rebalance.delay.ms=0', 'offsets.topic.num.partitions=1']);
  const { bootstrap } = broker;
  const input = `${Array.from({ length: 20_000 }, (_, index) => `line ${index}`).join('\n')}\n`;
  for (const compression of ['none', 'zstd']) {
    const { exitCode, stderr } = await millrace(['produce', 'dumped', '-z', compression], { bootstrap, input });
    assert.equal(exitCode, 0, stderr);
  }
  await millrace(['consume', 'dumped', '-g', 'dumpers', '-a', '-n', '5'], { bootstrap });
  await broker.kill();
  const data =
    ['data', 'logs'].map((name) => `${broker.directory}/${name}`).find((path) => existsSync(path)) ?? broker.directory;
  const check = await millrace(['log', 'dump', data, '--check']);
  assert.equal(check.exitCode, 0, check.stdout);
  assert.match(check.stdout, /^\d+ files with \d+ batches: nothing is damaged$/m);
  const dump = await millrace(['log', 'dump', `${data}/dumped-0`, '--records', '--json']);
  const records = dump.stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
    .filter(({ kind }) => kind === 'record');
  assert.deepEqual(
    records.map(({ offset, value }) => `${offset} ${value}`),
    Array.from({ length: 40_000 }, (_, offset) => `${offset} line ${offset % 20_000}`),
  );
  const offsets = await millrace(['log', 'dump', `${data}/__consumer_offsets-0`, '--records']);
  assert.match(offsets.stdout, /OffsetCommit {2}\{"group":"dumpers","topic":"dumped","partition":0\} {2}\{"offset":5,/);
});
