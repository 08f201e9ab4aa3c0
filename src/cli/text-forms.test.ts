import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ConsumerRecord } from '../client/index.ts';
import { readLines } from './lines.ts';
import { readTarget } from './offset-target.ts';
import { toJson } from './output/json.ts';
import { parsePlaces } from './places.ts';
import { compileFormat } from './record-format.ts';
import { recordFromJson, recordToJson } from './record-json.ts';
import { lineReader } from './record-lines.ts';
import { parseSettings } from './settings.ts';
import { parseTime } from './time.ts';
import { UsageError } from './usage-error.ts';

const record: ConsumerRecord = {
  topic: 'orders',
  partition: 3,
  offset: 42n,
  timestamp: 1_700_000_000_000n,
  key: Buffer.from('key'),
  value: Buffer.from('välue'),
  headers: [
    ['trace', Buffer.from('t1')],
    ['none', null],
  ],
};

async function linesOf(...chunks: (string | Buffer)[]): Promise<string[]> {
  const lines: string[] = [];
  async function* input() {
    yield* chunks;
  }
  for await (const some of readLines(input())) lines.push(...some.map((line) => line.toString('latin1')));
  return lines;
}

test('lines are cut wherever the chunks are', async () => {
  assert.deepEqual(await linesOf('a\nb', 'c\n', '\n', 'last'), ['a', 'bc', '', 'last']);
  assert.deepEqual(await linesOf('one\r', '\ntwo\r\n'), ['one', 'two']);
  assert.deepEqual(await linesOf(''), []);
});

test('lines are bytes: what is no text stays as it is', async () => {
  assert.deepEqual(await linesOf(Buffer.from([0xff, 0x00, 0x0a, 0xfe])), ['\xff\x00', '\xfe']);
});

test('a line beyond the limit is an error', async () => {
  async function* endless() {
    for (;;) yield 'x'.repeat(1000);
  }
  await assert.rejects(async () => {
    for await (const _ of readLines(endless(), 10_000)) assert.fail('a line that never ends');
  }, /longer than 10000 bytes/);
});

test('a record goes through JSON and comes back', () => {
  const binary = { ...record, key: null, value: Buffer.from([0xff, 0xfe]) };
  for (const before of [record, binary]) {
    const after = recordFromJson(toJson(recordToJson(before)), 'copy');
    assert.equal(after.topic, 'copy');
    assert.deepEqual(Buffer.from(after.value ?? ''), before.value);
    assert.deepEqual(after.key === null ? null : Buffer.from(after.key ?? ''), before.key);
    assert.deepEqual(after.headers, before.headers);
    assert.equal(after.partition, 3);
    assert.equal(after.timestamp, before.timestamp);
  }
});

test('values that are no text are written as their JSON, and headers may be an object', () => {
  const written = recordFromJson('{"value":{"a":[1]},"key":7,"headers":{"h":"v"}}', 't');
  assert.equal(written.value, '{"a":[1]}');
  assert.equal(written.key, '7');
  assert.deepEqual(written.headers, [['h', Buffer.from('v')]]);
});

for (const [line, reason] of [
  ['nonsense', /no JSON/],
  ['[]', /no JSON object/],
  ['{"key":"k"}', /no "value"/],
  ['{"value":1,"partition":1.5}', /"partition"/],
  ['{"value":1,"timestamp":"soon"}', /"timestamp"/],
  ['{"value":1,"headers":[1]}', /header/],
] as const) {
  test(`${line} is no record`, () => assert.throws(() => recordFromJson(line, 't'), reason));
}

test('int64 is a number in JSON as long as that is exact', () => {
  assert.equal(toJson({ small: 5n, large: 2n ** 60n }), '{"small":5,"large":"1152921504606846976"}');
});

test('templates print the parts of a record', () => {
  const print = (template: string) => compileFormat(template)(record).toString();
  assert.equal(print('%t-%p@%o %T %D\\n'), 'orders-3@42 1700000000000 2023-11-14T22:13:20.000Z\n');
  assert.equal(print('%k=%s\\t%K/%S %h 100%%\\\\'), 'key=välue\t3/6 trace=t1,none=NULL 100%\\');
  assert.equal(compileFormat('%k')({ ...record, key: null }).toString(), 'NULL');
});

test('values are printed as the bytes that they are', () => {
  assert.deepEqual(compileFormat('%s')({ ...record, value: Buffer.from([0xff]) }), Buffer.from([0xff]));
});

test('an unknown mark is a usage error that shows the known ones', () => {
  assert.throws(
    () => compileFormat('%x'),
    (error) => error instanceof UsageError && /%t topic/.test(error.message),
  );
});

const lineOptions = {
  topic: 't',
  format: 'lines',
  keySeparator: undefined,
  key: undefined,
  headers: [],
  partition: undefined,
  isEmptyNull: false,
} as const;

test('a line is a value, or a key and a value', () => {
  assert.equal(lineReader(lineOptions)(Buffer.from('a:b')).value?.toString(), 'a:b');
  const keyed = lineReader({ ...lineOptions, keySeparator: ':' })(Buffer.from('a:b:c'));
  assert.deepEqual([keyed.key?.toString(), keyed.value?.toString()], ['a', 'b:c']);
  const tabbed = lineReader({ ...lineOptions, keySeparator: '\\t' })(Buffer.from('a\tb'));
  assert.deepEqual([tabbed.key?.toString(), tabbed.value?.toString()], ['a', 'b']);
});

test('a line without the separator is an error, unless there is a key for all', () => {
  assert.throws(() => lineReader({ ...lineOptions, keySeparator: ':' })(Buffer.from('a')), /no key separator/);
  assert.equal(lineReader({ ...lineOptions, keySeparator: ':', key: 'all' })(Buffer.from('a')).key, 'all');
});

test('headers and null values are added where they are asked for', () => {
  const read = lineReader({ ...lineOptions, headers: ['h=v'], isEmptyNull: true });
  assert.deepEqual(read(Buffer.from('')).headers, [['h', Buffer.from('v')]]);
  assert.equal(read(Buffer.from('')).value, null);
  const json = lineReader({ ...lineOptions, format: 'json', headers: ['h=v'], key: 'all', partition: 2 })(
    Buffer.from('{"value":"x"}'),
  );
  assert.deepEqual([json.key, json.partition, json.headers?.length], ['all', 2, 1]);
});

test('times are dates, milliseconds or so long ago', () => {
  assert.equal(parseTime('1970-01-02', 0, 'x'), 86_400_000n);
  assert.equal(parseTime('1970-01-01T00:00:01Z', 0, 'x'), 1000n);
  assert.equal(parseTime('1700000000000', 0, 'x'), 1_700_000_000_000n);
  assert.equal(parseTime('90s', 100_000, 'x'), 10_000n);
  assert.equal(parseTime('1.5m', 100_000, 'x'), 10_000n);
  for (const text of ['yesterday', '10', '5y', '']) assert.throws(() => parseTime(text, 0, 'x'), UsageError);
});

test('places are topics, or some of their partitions', () => {
  assert.deepEqual(parsePlaces(['a', 'b:0,2'], 'x'), [
    { topic: 'a', partitions: undefined },
    { topic: 'b', partitions: [0, 2] },
  ]);
  for (const text of ['', ':1', 'a:', 'a:x', 'a:1,']) assert.throws(() => parsePlaces([text], 'x'), UsageError);
});

test('settings are names and values; a value may hold anything', () => {
  assert.deepEqual(parseSettings(['a=1', 'b=x=y', 'c=', 'a=2'], 'x'), { a: '2', b: 'x=y', c: '' });
  for (const text of ['a', '=1']) assert.throws(() => parseSettings([text], 'x'), UsageError);
});

test('targets of a reset are places, offsets, times and shifts; exactly one of them', () => {
  const none = { to: undefined, toTime: undefined, shiftBy: undefined };
  assert.deepEqual(readTarget({ ...none, to: 'earliest' }, 0), { kind: 'spec', spec: 'earliest' });
  assert.deepEqual(readTarget({ ...none, to: '7' }, 0), { kind: 'offset', offset: 7n });
  assert.deepEqual(readTarget({ ...none, to: 'current' }, 0), { kind: 'shift', by: 0n });
  assert.deepEqual(readTarget({ ...none, shiftBy: '-3' }, 0), { kind: 'shift', by: -3n });
  assert.deepEqual(readTarget({ ...none, toTime: '10000' }, 0), { kind: 'spec', spec: 10_000n });
  for (const options of [none, { ...none, to: 'x' }, { ...none, to: '1', shiftBy: '1' }, { ...none, shiftBy: 'x' }]) {
    assert.throws(() => readTarget(options, 0), UsageError);
  }
});
