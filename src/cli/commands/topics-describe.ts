// `millrace topics describe`.

import type { Admin, ConfigEntry, TopicMetadata } from '../../client/index.ts';
import { clientOptionTable, jsonOption } from '../client-options.ts';
import { command } from '../command.ts';
import type { CommandContext } from '../context.ts';
import { toJson } from '../output/json.ts';
import { styler } from '../output/style.ts';
import { type Cell, printable, renderTable } from '../output/table.ts';
import { withAdmin } from '../with-admin.ts';

export const topicsDescribe = command({
  name: 'describe',
  summary: 'Show partitions with their leaders, replicas and offsets, and the settings that differ from the default.',
  positionals: [{ name: 'TOPIC', doc: 'names of topics; default: all', multiple: true }],
  options: {
    internal: { type: 'flag', doc: 'without names: with the topics that the brokers keep for themselves' },
    'under-replicated': { type: 'flag', doc: 'only partitions that miss replicas' },
    unavailable: { type: 'flag', doc: 'only partitions without a leader' },
    ...jsonOption,
    ...clientOptionTable,
  },
  examples: [{ command: 'millrace topics describe orders', doc: 'one topic' }],
  async run(context, options, names) {
    const { described, failure } = await withAdmin(context, options, async (admin) => {
      const { topics, failure } = await findTopics(admin, names, options.internal, context.signal);
      return { described: await describe(admin, topics, context.signal), failure };
    });
    const shown = described
      .map((topic) => ({ ...topic, partitions: topic.partitions.filter((partition) => isWanted(partition, options)) }))
      .filter(({ partitions }) => partitions.length > 0 || !(options['under-replicated'] || options.unavailable));
    if (options.json) context.stdout.write(`${toJson(shown, 2)}\n`);
    else for (const [index, topic] of shown.entries()) printTopic(context, topic, index === 0);
    if (failure) throw failure;
  },
});

interface PartitionRow {
  readonly partition: number;
  readonly leader: number | null;
  readonly replicas: readonly number[];
  readonly inSyncReplicas: readonly number[];
  readonly offlineReplicas: readonly number[];
  readonly startOffset: bigint | null;
  readonly endOffset: bigint | null;
}

interface TopicDescription {
  readonly name: string;
  readonly topicId: string | null;
  readonly isInternal: boolean;
  readonly configs: Readonly<Record<string, string | null>>;
  readonly partitions: readonly PartitionRow[];
}

async function findTopics(
  admin: Admin,
  names: readonly string[],
  includeInternal: boolean,
  signal: AbortSignal,
): Promise<{ topics: TopicMetadata[]; failure: Error | undefined }> {
  if (names.length === 0) return { topics: await admin.listTopics({ includeInternal, signal }), failure: undefined };
  const found = await admin.describeTopics(names, { signal });
  return {
    topics: found.flatMap(({ topic }) => (topic ? [topic] : [])),
    failure: found.find(({ error }) => error)?.error,
  };
}

async function describe(
  admin: Admin,
  topics: readonly TopicMetadata[],
  signal: AbortSignal,
): Promise<TopicDescription[]> {
  const places = topics.flatMap(({ name, partitions }) =>
    partitions.filter(({ leader }) => leader >= 0).map(({ partition }) => ({ topic: name, partition })),
  );
  const [configs, starts, ends] = await Promise.all([
    admin.describeConfigs(
      topics.map(({ name }) => ({ type: 'topic', name })),
      { signal },
    ),
    admin.listOffsets(
      places.map((place) => ({ ...place, spec: 'earliest' })),
      { signal },
    ),
    admin.listOffsets(
      places.map((place) => ({ ...place, spec: 'latest' })),
      { signal },
    ),
  ]);
  const offsetOf = (found: typeof starts, topic: string, partition: number) =>
    found.find((candidate) => candidate.topic === topic && candidate.partition === partition)?.offset ?? null;
  return topics.map(({ name, topicId, isInternal, partitions }, index) => ({
    name,
    topicId: topicId ?? null,
    isInternal,
    configs: Object.fromEntries(
      (configs[index]?.entries ?? []).filter(isOwn).map((entry) => [entry.name, entry.value]),
    ),
    partitions: partitions.map((partition) => ({
      partition: partition.partition,
      leader: partition.leader < 0 ? null : partition.leader,
      replicas: partition.replicas,
      inSyncReplicas: partition.inSyncReplicas,
      offlineReplicas: partition.offlineReplicas,
      startOffset: offsetOf(starts, name, partition.partition),
      endOffset: offsetOf(ends, name, partition.partition),
    })),
  }));
}

function isOwn(entry: ConfigEntry): boolean {
  return entry.source === 'dynamic topic';
}

function isWanted(
  partition: PartitionRow,
  options: { readonly 'under-replicated': boolean; readonly unavailable: boolean },
): boolean {
  if (options['under-replicated'] && partition.inSyncReplicas.length >= partition.replicas.length) return false;
  return !options.unavailable || partition.leader === null;
}

function printTopic(context: CommandContext, topic: TopicDescription, isFirst: boolean): void {
  const style = styler(context.stdout);
  const configs = Object.entries(topic.configs).map(([name, value]) => `${name}=${printable(value ?? '')}`);
  const head = [
    `${style('bold', 'Topic')} ${printable(topic.name)}`,
    topic.topicId === null ? '' : `${style('bold', 'id')} ${topic.topicId}`,
    configs.length === 0 ? '' : `${style('bold', 'settings')} ${configs.join(' ')}`,
  ];
  context.stdout.write(`${isFirst ? '' : '\n'}${head.filter((text) => text !== '').join('  ')}\n`);
  const rows = topic.partitions.map((partition): Cell[] => [
    partition.partition,
    partition.leader ?? 'none',
    partition.replicas.join(','),
    partition.inSyncReplicas.join(','),
    partition.startOffset,
    partition.endOffset,
  ]);
  context.stdout.write(renderTable(COLUMNS, rows, context.stdout));
}

const COLUMNS = [
  { title: 'PARTITION', align: 'right' },
  { title: 'LEADER', align: 'right' },
  { title: 'REPLICAS' },
  { title: 'IN-SYNC' },
  { title: 'START', align: 'right' },
  { title: 'END', align: 'right' },
] as const;
