// `millrace groups reset-offsets`.

import { type Admin, comparePartitions, partitionName, type TopicPartition } from '../../client/index.ts';
import { clientOptionTable, jsonOption } from '../client-options.ts';
import { command } from '../command.ts';
import { chooseOffsets, readTarget } from '../offset-target.ts';
import { toJson } from '../output/json.ts';
import { renderTable } from '../output/table.ts';
import { parsePlaces, partitionsOf } from '../places.ts';
import { TIME_FORMS } from '../time.ts';
import { UsageError } from '../usage-error.ts';
import { withAdmin } from '../with-admin.ts';

export const groupsResetOffsets = command({
  name: 'reset-offsets',
  summary: 'Move the committed offsets of a group. It must have no members meanwhile.',
  positionals: [{ name: 'GROUP', doc: 'name of the group; a new one is created', required: true }],
  options: {
    topic: {
      type: 'text',
      value: 'TOPIC[:P,P...]',
      short: 't',
      doc: 'a topic, or some partitions of it',
      multiple: true,
    },
    'all-topics': { type: 'flag', doc: 'all that the group has committed for' },
    to: { type: 'text', value: 'PLACE', doc: 'earliest, latest, current or an offset' },
    'to-time': { type: 'text', value: 'TIME', doc: `the first record of this time or later: ${TIME_FORMS}` },
    'shift-by': { type: 'text', value: 'N', doc: 'so many records on, or back with --shift-by=-N' },
    'dry-run': { type: 'flag', doc: 'only show what would become of it' },
    ...jsonOption,
    ...clientOptionTable,
  },
  examples: [
    { command: 'millrace groups reset-offsets billing --topic orders --to earliest', doc: 'read everything again' },
    {
      command: 'millrace groups reset-offsets billing --all-topics --to-time 2h --dry-run',
      doc: 'what two hours back would be',
    },
    { command: 'millrace groups reset-offsets billing --topic orders:3 --shift-by=1', doc: 'step over one record' },
  ],
  async run(context, options, [group = '']) {
    const { clock } = await context.platform();
    const target = readTarget(
      { to: options.to, toTime: options['to-time'], shiftBy: options['shift-by'] },
      clock.now(),
    );
    if (options['all-topics'] === options.topic.length > 0) throw new UsageError('Say --topic, or --all-topics');
    const { rows, failure } = await withAdmin(context, options, async (admin) => {
      const committed = await admin.listGroupOffsets(group, { signal: context.signal });
      const places = options['all-topics']
        ? committed.map(({ topic, partition }) => ({ topic, partition }))
        : await partitionsOf(admin, parsePlaces(options.topic, 'topic'), context.signal);
      const before = new Map(committed.map((offset) => [partitionName(offset), offset.offset]));
      const chosen = await chooseOffsets(admin, places.sort(comparePartitions), before, target, context.signal);
      const failure = options['dry-run'] ? undefined : await apply(admin, group, chosen, context.signal);
      const rows = chosen.map(({ topic, partition, offset }) => ({
        topic,
        partition,
        before: before.get(partitionName({ topic, partition })) ?? null,
        after: offset,
      }));
      return { rows, failure };
    });
    if (failure) throw failure;
    if (options.json)
      context.stdout.write(`${toJson({ groupId: group, isDryRun: options['dry-run'], offsets: rows }, 2)}\n`);
    else
      context.stdout.write(
        renderTable(
          COLUMNS,
          rows.map((row) => [row.topic, row.partition, row.before, row.after]),
          context.stdout,
        ),
      );
    if (options['dry-run'] && !options.json) context.stderr.write('Nothing was changed: this is a dry run.\n');
  },
});

const COLUMNS = [
  { title: 'TOPIC' },
  { title: 'PARTITION', align: 'right' },
  { title: 'BEFORE', align: 'right' },
  { title: 'AFTER', align: 'right' },
] as const;

async function apply(
  admin: Admin,
  group: string,
  offsets: readonly (TopicPartition & { readonly offset: bigint })[],
  signal: AbortSignal,
): Promise<Error | undefined> {
  if (offsets.length === 0) return undefined;
  const results = await admin.alterGroupOffsets(group, offsets, { signal });
  const failed = results.find(({ error }) => error)?.error;
  if (failed?.code === 'UNKNOWN_MEMBER_ID') {
    return new Error(`Cannot reset the offsets of group ${group}: it has members; stop them first`, { cause: failed });
  }
  return failed;
}
