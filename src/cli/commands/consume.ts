// `millrace consume`.

import { type ConsumedBatch, Consumer, type ConsumerRecord, partitionName } from '../../client/index.ts';
import { clientOptions, clientOptionTable, jsonOption } from '../client-options.ts';
import { command } from '../command.ts';
import { StopRequest } from '../context.ts';
import { toJson } from '../output/json.ts';
import { startProgress } from '../output/progress.ts';
import { writeOut } from '../output/write-out.ts';
import { findRange, type ReadRange } from '../read-range.ts';
import { compileFormat, FORMAT_MARKS, type RecordFormatter } from '../record-format.ts';
import { recordToJson } from '../record-json.ts';
import { TIME_FORMS } from '../time.ts';

export const consume = command({
  name: 'consume',
  summary: 'Read records of topics, from now on unless told otherwise, until Ctrl-C.',
  details: `Marks of --format: ${FORMAT_MARKS}`,
  positionals: [{ name: 'TOPIC', doc: 'what to read', required: true, multiple: true }],
  options: {
    'from-beginning': {
      type: 'flag',
      short: 'a',
      doc: 'from the first record; with --group only where the group has committed nothing',
    },
    offset: { type: 'text', value: 'N', short: 'o', doc: 'from this offset of each partition, or earliest, latest' },
    last: { type: 'number', value: 'N', doc: 'from N offsets before the end of each partition', min: 1 },
    'from-time': { type: 'text', value: 'TIME', doc: `from this time: ${TIME_FORMS}` },
    'to-end': { type: 'flag', short: 'e', doc: 'stop at what is the end when the command starts' },
    max: { type: 'number', value: 'N', short: 'n', doc: 'stop after so many records', min: 1 },
    'idle-timeout': {
      type: 'number',
      value: 'SECONDS',
      doc: 'stop when nothing came for so long',
      min: 0.001,
      fractions: true,
    },
    partition: { type: 'text', value: 'N', short: 'p', doc: 'only this partition', multiple: true },
    group: { type: 'text', value: 'NAME', short: 'g', doc: 'read as a member of this group, and commit' },
    'no-commit': { type: 'flag', doc: 'with --group: commit nothing' },
    'read-committed': { type: 'flag', doc: 'only what transactions have committed' },
    format: { type: 'text', value: 'TEMPLATE', short: 'F', doc: "how to print a record (default '%s\\n')" },
    key: { type: 'flag', short: 'k', doc: 'print keys' },
    headers: { type: 'flag', doc: 'print headers' },
    timestamp: { type: 'flag', short: 't', doc: 'print timestamps' },
    position: { type: 'flag', doc: 'print topic, partition and offset' },
    ...jsonOption,
    ...clientOptionTable,
  },
  examples: [
    { command: 'millrace consume orders --from-beginning', doc: 'everything, then what comes' },
    { command: 'millrace consume orders --last 10 --to-end --key', doc: 'the last ten of each partition' },
    {
      command: "millrace consume orders --from-time 15m --format '%D %k %s\\n'",
      doc: 'of the last quarter of an hour',
    },
    { command: 'millrace consume orders --from-beginning --to-end --json | jq .value', doc: 'for programs' },
  ],
  async run(context, options, topics) {
    const formatter = chooseFormat(options);
    const client = await clientOptions(context, options);
    const range = await findRange(context, client, topics, {
      partitions: options.partition,
      offset: options.offset,
      last: options.last,
      fromTime: options['from-time'],
      fromBeginning: options['from-beginning'],
      toEnd: options['to-end'],
      group: options.group,
      readCommitted: options['read-committed'],
    });
    await using consumer = new Consumer({
      ...client,
      groupId: options.group,
      autoCommit: options.group !== undefined && !options['no-commit'],
      autoOffsetReset: options['from-beginning'] ? 'earliest' : 'latest',
      readCommitted: options['read-committed'],
      allowAutoTopicCreation: false,
    });
    if (range.start === undefined) consumer.subscribe(topics);
    else consumer.assign(range.start);
    const progress = await startProgress(context, {
      total: Math.min(range.records ?? 0, options.max ?? Infinity),
      unit: 'records',
    });
    const { clock } = client.platform;
    const idleMs = options['idle-timeout'] === undefined ? undefined : options['idle-timeout'] * 1000;
    let count = 0;
    let lastRecordMs = clock.monotonic();
    try {
      while (!isAtEnd(consumer, range)) {
        const batch = await consumer.poll(Math.min(POLL_MS, idleMs ?? POLL_MS), context.signal);
        const records = batch ? select(batch, range, (options.max ?? Infinity) - count) : [];
        if (batch && records.length > 0) {
          await writeOut(context, records.map(formatter));
          lastRecordMs = clock.monotonic();
          count += records.length;
          progress.update(count);
          const last = records.at(-1);
          // What was not printed is not consumed.
          if (last && records.length < batch.records.length) consumer.seek(batch, last.offset + 1n);
        }
        if (count >= (options.max ?? Infinity)) break;
        if (idleMs !== undefined && clock.monotonic() - lastRecordMs >= idleMs) break;
      }
      if (options.group !== undefined && !options['no-commit']) await consumer.commit(undefined);
    } catch (error) {
      // Ctrl-C is how reading ends.
      if (!(error instanceof StopRequest)) throw error;
    } finally {
      progress.stop();
    }
    if (context.stderr.isTTY && !options.json)
      context.stderr.write(`read ${count.toLocaleString('en-US')} ${count === 1 ? 'record' : 'records'}\n`);
  },
});

// How often the end conditions are looked at while nothing comes.
const POLL_MS = 500;

function chooseFormat(options: {
  readonly json: boolean;
  readonly format: string | undefined;
  readonly key: boolean;
  readonly headers: boolean;
  readonly timestamp: boolean;
  readonly position: boolean;
}): RecordFormatter {
  if (options.json) return (record) => Buffer.from(`${toJson(recordToJson(record))}\n`);
  if (options.format !== undefined) return compileFormat(options.format);
  const columns = [
    options.position ? '%t-%p@%o' : '',
    options.timestamp ? '%D' : '',
    options.headers ? '%h' : '',
    options.key ? '%k' : '',
    '%s',
  ];
  return compileFormat(`${columns.filter((column) => column !== '').join('\\t')}\\n`);
}

/** True when every partition that is read has reached the end that it had when the command started. */
function isAtEnd(consumer: Consumer, { ends }: ReadRange): boolean {
  if (ends === undefined) return false;
  const { assignment } = consumer;
  return (
    assignment.length > 0 &&
    assignment.every((partition) => {
      const position = consumer.position(partition);
      return position !== undefined && position >= (ends.get(partitionName(partition)) ?? 0n);
    })
  );
}

/** What of the batch is wanted: nothing behind the end, no more than are asked for. */
function select(batch: ConsumedBatch, { ends }: ReadRange, most: number): readonly ConsumerRecord[] {
  const end = ends?.get(partitionName(batch));
  const records = end === undefined ? batch.records : batch.records.filter(({ offset }) => offset < end);
  return records.length > most ? records.slice(0, most) : records;
}
