// `millrace topics create`.

import { clientOptionTable, jsonOption } from '../client-options.ts';
import { command } from '../command.ts';
import { reportItems } from '../report-items.ts';
import { parseSettings } from '../settings.ts';
import { withAdmin } from '../with-admin.ts';

export const topicsCreate = command({
  name: 'create',
  summary: 'Create topics.',
  positionals: [{ name: 'TOPIC', doc: 'names of the topics', required: true, multiple: true }],
  options: {
    partitions: {
      type: 'number',
      value: 'N',
      short: 'p',
      doc: "partitions of each (default: the broker's num.partitions)",
      min: 1,
    },
    'replication-factor': {
      type: 'number',
      value: 'N',
      short: 'r',
      doc: "replicas of each partition (default: the broker's)",
      min: 1,
    },
    config: { type: 'text', value: 'NAME=VALUE', short: 'c', doc: 'a setting of the topics', multiple: true },
    'if-not-exists': { type: 'flag', doc: 'leave topics that exist as they are, without an error' },
    'dry-run': { type: 'flag', doc: 'let the broker check it, create nothing' },
    ...jsonOption,
    ...clientOptionTable,
  },
  examples: [
    { command: 'millrace topics create orders --partitions 6', doc: 'six partitions' },
    { command: 'millrace topics create clicks -c retention.ms=3600000 -c compression.type=zstd', doc: 'with settings' },
  ],
  async run(context, options, names) {
    const configs = parseSettings(options.config, 'config');
    const created = await withAdmin(context, options, (admin) =>
      admin.createTopics(
        names.map((name) => ({
          name,
          numPartitions: options.partitions,
          replicationFactor: options['replication-factor'],
          configs,
        })),
        { validateOnly: options['dry-run'], signal: context.signal },
      ),
    );
    const verb = options['dry-run'] ? 'could create' : 'created';
    const items = created.map(({ name, topicId, numPartitions, replicationFactor, error }) => {
      const exists = error?.code === 'TOPIC_ALREADY_EXISTS' && options['if-not-exists'];
      const extent =
        numPartitions === undefined ? '' : ` with ${numPartitions} ${numPartitions === 1 ? 'partition' : 'partitions'}`;
      return {
        fields: {
          name,
          topicId: topicId ?? null,
          numPartitions: numPartitions ?? null,
          replicationFactor: replicationFactor ?? null,
          exists,
        },
        done: exists ? `topic ${name} exists already` : `${verb} topic ${name}${extent}`,
        error: exists ? undefined : error,
      };
    });
    reportItems(context, items, options.json);
  },
});
