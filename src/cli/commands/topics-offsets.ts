// `millrace topics offsets`.

import type { FoundOffset, OffsetSpec } from '../../client/index.ts';
import { clientOptionTable, jsonOption } from '../client-options.ts';
import { command } from '../command.ts';
import { toJson } from '../output/json.ts';
import { type Cell, renderTable } from '../output/table.ts';
import { parsePlaces, partitionsOf } from '../places.ts';
import { parseTime, TIME_FORMS } from '../time.ts';
import { withAdmin } from '../with-admin.ts';

export const topicsOffsets = command({
  name: 'offsets',
  summary: 'Show where partitions begin and end, or which offset a time has.',
  positionals: [{ name: 'TOPIC[:P,P...]', doc: 'a topic, or some partitions of it', required: true, multiple: true }],
  options: {
    'at-time': { type: 'text', value: 'TIME', doc: `the first record of this time or later: ${TIME_FORMS}` },
    'max-timestamp': { type: 'flag', doc: 'the record with the latest timestamp' },
    'read-committed': { type: 'flag', doc: 'the end is where open transactions begin' },
    ...jsonOption,
    ...clientOptionTable,
  },
  examples: [
    { command: 'millrace topics offsets orders', doc: 'begin, end and how many lie between' },
    { command: 'millrace topics offsets orders:0 --at-time 1h', doc: 'an hour ago' },
  ],
  async run(context, options, texts) {
    const places = parsePlaces(texts, 'topic');
    const { clock } = await context.platform();
    const time = options['at-time'] === undefined ? undefined : parseTime(options['at-time'], clock.now(), 'at-time');
    const spec: OffsetSpec | undefined = options['max-timestamp'] ? 'max-timestamp' : time;
    const found = await withAdmin(context, options, async (admin) => {
      const partitions = await partitionsOf(admin, places, context.signal);
      const ask = (at: OffsetSpec) =>
        admin.listOffsets(
          partitions.map((place) => ({ ...place, spec: at })),
          {
            readCommitted: options['read-committed'],
            signal: context.signal,
          },
        );
      return spec === undefined ? Promise.all([ask('earliest'), ask('latest')]) : [await ask(spec)];
    });
    const failed = found.flat().find(({ error }) => error)?.error;
    if (failed) throw failed;
    const [first = [], second] = found;
    const rows = second ? first.map((start, index) => rangeRow(start, second[index])) : first.map(placeRow);
    if (options.json) context.stdout.write(`${toJson(rows, 2)}\n`);
    else context.stdout.write(renderTable(second ? RANGE_COLUMNS : PLACE_COLUMNS, rows.map(cells), context.stdout));
  },
});

function rangeRow(start: FoundOffset, end: FoundOffset | undefined) {
  const records = start.offset === undefined || end?.offset === undefined ? null : end.offset - start.offset;
  return {
    topic: start.topic,
    partition: start.partition,
    start: start.offset ?? null,
    end: end?.offset ?? null,
    offsets: records,
  };
}

function placeRow({ topic, partition, offset, timestamp }: FoundOffset) {
  return { topic, partition, offset: offset ?? null, timestamp: timestamp ?? null };
}

function cells(row: Readonly<Record<string, Cell>>): Cell[] {
  return Object.values(row);
}

const RANGE_COLUMNS = [
  { title: 'TOPIC' },
  { title: 'PARTITION', align: 'right' },
  { title: 'START', align: 'right' },
  { title: 'END', align: 'right' },
  { title: 'OFFSETS', align: 'right' },
] as const;
const PLACE_COLUMNS = [
  { title: 'TOPIC' },
  { title: 'PARTITION', align: 'right' },
  { title: 'OFFSET', align: 'right' },
  { title: 'TIMESTAMP', align: 'right' },
] as const;
