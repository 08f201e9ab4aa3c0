// `millrace cluster log-dirs`.

import { comparePartitions } from '../../client/index.ts';
import { clientOptionTable, jsonOption } from '../client-options.ts';
import { command } from '../command.ts';
import { byteText } from '../output/byte-text.ts';
import { toJson } from '../output/json.ts';
import { styler } from '../output/style.ts';
import { type Cell, printable, renderTable } from '../output/table.ts';
import { withAdmin } from '../with-admin.ts';

export const clusterLogDirs = command({
  name: 'log-dirs',
  summary: 'Show what each partition takes on the disks of the brokers.',
  positionals: [{ name: 'TOPIC', doc: 'only these topics', multiple: true }],
  options: {
    broker: { type: 'number', value: 'ID', doc: 'only this broker', min: 0 },
    ...jsonOption,
    ...clientOptionTable,
  },
  examples: [{ command: 'millrace cluster log-dirs orders', doc: 'one topic' }],
  async run(context, options, topics) {
    const described = await withAdmin(context, options, async (admin) => {
      const { brokers } = await admin.describeCluster({ signal: context.signal });
      const ids = brokers.map(({ id }) => id).filter((id) => options.broker === undefined || id === options.broker);
      if (ids.length === 0) throw new Error(`There is no broker ${options.broker} in the cluster`);
      return admin.describeLogDirs(ids, { signal: context.signal });
    });
    const dirs = described.map(({ partitions, ...dir }) => ({
      ...dir,
      partitions: partitions
        .filter(({ topic }) => topics.length === 0 || topics.includes(topic))
        .sort(comparePartitions),
    }));
    const failed = dirs.find(({ error }) => error)?.error;
    if (options.json) {
      context.stdout.write(
        `${toJson(
          dirs.map(({ error, ...dir }) => ({ ...dir, error: error?.code ?? null })),
          2,
        )}\n`,
      );
    } else {
      const style = styler(context.stdout);
      for (const [index, dir] of dirs.entries()) {
        const space = dir.totalBytes < 0n ? '' : `, ${byteText(dir.usableBytes)} of ${byteText(dir.totalBytes)} free`;
        context.stdout.write(
          `${index > 0 ? '\n' : ''}${style('bold', 'Broker')} ${dir.brokerId}  ${printable(dir.path)}${space}\n`,
        );
        const rows = dir.partitions.map((row): Cell[] => [
          row.topic,
          row.partition,
          row.sizeInBytes,
          row.offsetLag,
          row.isFuture ? 'moving here' : '',
        ]);
        if (rows.length > 0) context.stdout.write(renderTable(COLUMNS, rows, context.stdout));
      }
    }
    if (failed) throw failed;
  },
});

const COLUMNS = [
  { title: 'TOPIC' },
  { title: 'PARTITION', align: 'right' },
  { title: 'BYTES', align: 'right' },
  { title: 'LAG', align: 'right' },
  { title: 'STATE' },
] as const;
