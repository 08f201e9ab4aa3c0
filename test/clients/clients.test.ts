// Real data through clients that nobody here wrote, with the broker killed in the middle of each production and each consumption.
// By default each codec and each consumer once; with MILLRACE_FULL=1 every codec with every consumer, and a table at the end.

import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { findKcat } from '../support/programs.ts';
import { startTestBroker, type TestBroker } from '../support/test-broker.ts';
import { ClusterView } from './cluster-view.ts';
import { consumeThroughCrash } from './consume-through-crash.ts';
import { CONSUMERS, findConsumer } from './consumers.ts';
import { type DataSet, readFlights } from './data-set.ts';
import { CODECS, type Codec, produceThroughCrash } from './produce-through-crash.ts';

const PARTITIONS = 6;
const isFull = process.env.MILLRACE_FULL === '1';
const kcat = await findKcat();
const consumers = await Promise.all(CONSUMERS.map(async (name) => ({ name, consumer: await findConsumer(name) })));

describe('200,000 flights, with the broker killed in the middle', {
  skip: 'missing' in kcat ? kcat.missing : false,
}, () => {
  let broker: TestBroker;
  let view: ClusterView;
  let data: DataSet;
  const table: Record<string, string | number>[] = [];

  before(async () => {
    data = await readFlights();
    broker = await startTestBroker();
    view = new ClusterView(broker.bootstrap);
    await view.connect();
  });
  beforeEach(() => assert.ok(broker.isRunning, 'the broker did not come back in an earlier test'));
  after(async () => {
    if (isFull) console.table(table);
    await view?.[Symbol.asyncDispose]();
    await broker?.[Symbol.asyncDispose]();
  });

  for (const codec of CODECS) {
    it(`kcat produces them with compression ${codec}, each into the log once`, async () => {
      assert('path' in kcat);
      const topic = `flights-${codec}`;
      await view.createTopic(topic, PARTITIONS);
      const { beforeCrash, seconds } = await produceThroughCrash(kcat.path, broker, view, topic, codec, data.lines);
      const records = await view.countRecords(topic);
      table.push({ codec, client: 'kcat', records, 'before crash': beforeCrash, seconds: seconds.toFixed(1) });
      assert.ok(beforeCrash < data.lines.length, 'the crash came after the last record');
      assert.equal(records, data.lines.length);
    });
  }

  for (const [index, { name, consumer }] of consumers.entries()) {
    const codecs = isFull ? CODECS : [CODECS[(index + 1) % CODECS.length] as Codec];
    for (const codec of codecs) {
      const skip = 'missing' in consumer ? consumer.missing : false;
      it(`a group of ${name} reads all of compression ${codec}, and commits it`, { skip }, async () => {
        assert('command' in consumer);
        const topic = `flights-${codec}`;
        const groupId = `${name}-${codec}`;
        const expected = data.lines.length;
        const reading = await consumeThroughCrash(consumer, broker, topic, groupId, expected);
        const { consumption, beforeCrash, readByMember, seconds } = reading;
        const { distinct, duplicates, checksum } = consumption;
        table.push({
          codec,
          client: `${readByMember.length} x ${name}`,
          records: distinct + duplicates,
          'before crash': beforeCrash,
          distinct,
          duplicates,
          'checksum ok': String(checksum === data.checksum),
          seconds: seconds.toFixed(1),
        });
        assert.equal(distinct, expected);
        assert.equal(checksum, data.checksum);
        assert.ok(beforeCrash < expected, 'the crash came after the last record');
        assert.ok(
          readByMember.every((count) => count > 0),
          `members read ${readByMember}`,
        );
        assert.equal(await view.countCommitted(groupId, topic), expected);
      });
    }
  }
});
