// `millrace groups delete-offsets`.

import { clientOptionTable, jsonOption } from '../client-options.ts';
import { command } from '../command.ts';
import { parsePlaces, partitionsOf } from '../places.ts';
import { reportItems } from '../report-items.ts';
import { withAdmin } from '../with-admin.ts';

export const groupsDeleteOffsets = command({
  name: 'delete-offsets',
  summary: 'Forget what a group has committed for topics to which it is not subscribed.',
  positionals: [{ name: 'GROUP', doc: 'name of the group', required: true }],
  options: {
    topic: {
      type: 'text',
      value: 'TOPIC[:P,P...]',
      short: 't',
      doc: 'a topic, or some partitions of it',
      multiple: true,
      required: true,
    },
    ...jsonOption,
    ...clientOptionTable,
  },
  examples: [{ command: 'millrace groups delete-offsets billing --topic orders:0,1', doc: 'two partitions' }],
  async run(context, options, [group = '']) {
    const wanted = parsePlaces(options.topic, 'topic');
    const results = await withAdmin(context, options, async (admin) => {
      const places = await partitionsOf(admin, wanted, context.signal);
      return admin.deleteGroupOffsets(group, places, { signal: context.signal });
    });
    const items = results.map(({ topic, partition, error }) => ({
      fields: { groupId: group, topic, partition },
      done: `deleted the offset of group ${group} for ${topic}-${partition}`,
      error,
    }));
    reportItems(context, items, options.json);
  },
});
