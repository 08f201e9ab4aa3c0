// `millrace cluster describe`.

import { clientOptionTable, jsonOption } from '../client-options.ts';
import { command } from '../command.ts';
import { toJson } from '../output/json.ts';
import { styler } from '../output/style.ts';
import { type Cell, renderTable } from '../output/table.ts';
import { withAdmin } from '../with-admin.ts';

export const clusterDescribe = command({
  name: 'describe',
  summary: 'Show the id of the cluster, its brokers, and how much they hold.',
  options: { ...jsonOption, ...clientOptionTable },
  examples: [{ command: 'millrace cluster describe -b broker-1:9092', doc: 'any broker knows the others' }],
  async run(context, options) {
    const { cluster, topics } = await withAdmin(context, options, async (admin) => ({
      cluster: await admin.describeCluster({ signal: context.signal }),
      topics: await admin.listTopics({ includeInternal: true, signal: context.signal }),
    }));
    const partitions = topics.flatMap((topic) => topic.partitions);
    const brokers = cluster.brokers.map(({ id, host, port, rack }) => ({
      id,
      host,
      port,
      rack,
      leads: partitions.filter(({ leader }) => leader === id).length,
      replicas: partitions.filter(({ replicas }) => replicas.includes(id)).length,
    }));
    const { clusterId, controllerId } = cluster;
    if (options.json) {
      const counts = { topics: topics.length, partitions: partitions.length };
      context.stdout.write(`${toJson({ clusterId, controllerId, ...counts, brokers }, 2)}\n`);
      return;
    }
    const style = styler(context.stdout);
    context.stdout.write(
      `${style('bold', 'Cluster')} ${clusterId ?? 'without an id'}  ${topics.length} topics, ${partitions.length} partitions\n`,
    );
    const rows = brokers.map((broker): Cell[] => [
      broker.id,
      `${broker.host}:${broker.port}`,
      broker.rack,
      broker.leads,
      broker.replicas,
      broker.id === controllerId ? 'yes' : '',
    ]);
    context.stdout.write(renderTable(COLUMNS, rows, context.stdout));
  },
});

const COLUMNS = [
  { title: 'BROKER', align: 'right' },
  { title: 'ADDRESS' },
  { title: 'RACK' },
  { title: 'LEADS', align: 'right' },
  { title: 'REPLICAS', align: 'right' },
  { title: 'CONTROLLER' },
] as const;
