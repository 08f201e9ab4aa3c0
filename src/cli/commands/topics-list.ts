// `millrace topics list`.

import { clientOptionTable, jsonOption } from '../client-options.ts';
import { command } from '../command.ts';
import { toJson } from '../output/json.ts';
import { renderTable } from '../output/table.ts';
import { withAdmin } from '../with-admin.ts';

export const topicsList = command({
  name: 'list',
  summary: 'List the topics of a cluster.',
  options: {
    internal: { type: 'flag', doc: 'with the topics that the brokers keep for themselves' },
    names: { type: 'flag', short: 'q', doc: 'names only, one a line' },
    ...jsonOption,
    ...clientOptionTable,
  },
  examples: [
    { command: 'millrace topics list', doc: 'name, partitions and replicas' },
    { command: 'millrace topics list --names | grep ^orders', doc: 'for a pipe' },
  ],
  async run(context, options) {
    const topics = await withAdmin(context, options, (admin) =>
      admin.listTopics({ includeInternal: options.internal, signal: context.signal }),
    );
    if (options.json) {
      const rows = topics.map(({ name, topicId, isInternal, partitions }) => ({
        name,
        topicId: topicId ?? null,
        isInternal,
        partitions: partitions.length,
        replicationFactor: replicationFactor(partitions),
      }));
      context.stdout.write(`${toJson(rows, 2)}\n`);
    } else if (options.names) {
      for (const { name } of topics) context.stdout.write(`${name}\n`);
    } else if (topics.length === 0) {
      context.stderr.write('There are no topics yet. Create one: millrace topics create NAME\n');
    } else {
      const rows = topics.map(({ name, partitions }) => [name, partitions.length, replicationFactor(partitions)]);
      context.stdout.write(renderTable(COLUMNS, rows, context.stdout));
    }
  },
});

const COLUMNS = [
  { title: 'TOPIC' },
  { title: 'PARTITIONS', align: 'right' },
  { title: 'REPLICAS', align: 'right' },
] as const;

function replicationFactor(partitions: readonly { readonly replicas: readonly number[] }[]): number {
  return Math.max(0, ...partitions.map(({ replicas }) => replicas.length));
}
