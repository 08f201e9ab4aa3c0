// `millrace topics delete-records`.

import { clientOptionTable, jsonOption } from '../client-options.ts';
import { command } from '../command.ts';
import { parsePlaces, partitionsOf } from '../places.ts';
import { reportItems } from '../report-items.ts';
import { UsageError } from '../usage-error.ts';
import { withAdmin } from '../with-admin.ts';

export const topicsDeleteRecords = command({
  name: 'delete-records',
  summary: 'Delete the records of partitions below an offset. There is no way back.',
  positionals: [{ name: 'TOPIC[:P,P...]', doc: 'a topic, or some partitions of it', required: true, multiple: true }],
  options: {
    before: {
      type: 'text',
      value: 'OFFSET',
      doc: 'the first offset that stays, or end for all there are now',
      required: true,
    },
    ...jsonOption,
    ...clientOptionTable,
  },
  examples: [
    { command: 'millrace topics delete-records orders:0 --before 1000', doc: 'the partition begins at 1000 then' },
  ],
  async run(context, options, texts) {
    const places = parsePlaces(texts, 'topic');
    if (options.before !== 'end' && !/^\d+$/.test(options.before))
      throw new UsageError(`--before cannot be ${options.before}: write an offset, or end`);
    const beforeOffset = options.before === 'end' ? 'end' : BigInt(options.before);
    const deleted = await withAdmin(context, options, async (admin) => {
      const partitions = await partitionsOf(admin, places, context.signal);
      return admin.deleteRecords(
        partitions.map((place) => ({ ...place, beforeOffset })),
        { signal: context.signal },
      );
    });
    const items = deleted.map(({ topic, partition, lowWatermark, error }) => ({
      fields: { topic, partition, startOffset: error ? null : lowWatermark },
      done: `${topic}-${partition} begins at offset ${lowWatermark} now`,
      error,
    }));
    reportItems(context, items, options.json);
  },
});
