// `millrace configs describe`.

import { type ConfigEntry, resourceName } from '../../client/index.ts';
import { clientOptionTable, jsonOption } from '../client-options.ts';
import { command } from '../command.ts';
import { readResources, requireTopics, resourceOptionTable } from '../config-resources.ts';
import { toJson } from '../output/json.ts';
import { styler } from '../output/style.ts';
import { type Cell, printable, renderTable } from '../output/table.ts';
import { withAdmin } from '../with-admin.ts';

export const configsDescribe = command({
  name: 'describe',
  summary: 'Show settings, by default those that somebody has set.',
  positionals: [{ name: 'SETTING', doc: 'only settings whose name contains this', multiple: true }],
  options: {
    ...resourceOptionTable,
    all: { type: 'flag', short: 'a', doc: 'also those that have their default' },
    docs: { type: 'flag', doc: 'with what each one means' },
    ...jsonOption,
    ...clientOptionTable,
  },
  examples: [
    { command: 'millrace configs describe --topic orders', doc: 'what was set for a topic' },
    { command: 'millrace configs describe --broker 1 --all retention', doc: 'everything about retention' },
  ],
  async run(context, options, words) {
    const resources = readResources(options);
    const described = await withAdmin(context, options, async (admin) => {
      await requireTopics(admin, resources, context.signal);
      return admin.describeConfigs(resources, {
        includeSynonyms: options.json,
        includeDocumentation: options.docs,
        signal: context.signal,
      });
    });
    const isWanted = (entry: ConfigEntry) =>
      (options.all || words.length > 0 || isSet(entry)) &&
      (words.length === 0 || words.some((word) => entry.name.includes(word)));
    const reports = described.map(({ resource, entries, error }) => ({
      resource,
      error,
      entries: entries.filter(isWanted),
    }));
    if (options.json) {
      const rows = reports.map(({ resource, entries }) => ({
        type: resource.type,
        name: resource.name,
        configs: entries,
      }));
      context.stdout.write(`${toJson(rows, 2)}\n`);
    } else {
      const style = styler(context.stdout);
      for (const { resource, entries, error } of reports) {
        if (error) continue;
        if (reports.length > 1) context.stdout.write(`${style('bold', resourceName(resource))}\n`);
        if (entries.length === 0)
          context.stderr.write(`Nothing of that is set for ${resourceName(resource)}; --all shows the defaults.\n`);
        else if (options.docs)
          for (const entry of entries) context.stdout.write(`${entryText(entry, style('bold', entry.name))}\n`);
        else context.stdout.write(renderTable(COLUMNS, entries.map(row), context.stdout));
      }
    }
    const failed = reports.find(({ error }) => error)?.error;
    if (failed) throw failed;
  },
});

const COLUMNS = [{ title: 'SETTING' }, { title: 'VALUE' }, { title: 'FROM' }];

function isSet(entry: ConfigEntry): boolean {
  return entry.source !== 'default' && entry.source !== 'unknown';
}

function row(entry: ConfigEntry): Cell[] {
  return [entry.name, valueText(entry), `${entry.source}${entry.isReadOnly ? ', read-only' : ''}`];
}

function valueText(entry: ConfigEntry): string {
  if (entry.isSensitive) return '(secret)';
  return entry.value === null ? '(null)' : entry.value === '' ? '(empty)' : entry.value;
}

function entryText(entry: ConfigEntry, name: string): string {
  const documentation = printable(entry.documentation ?? '').trim();
  return `${name} = ${printable(valueText(entry))}  (${entry.type}, ${entry.source})${documentation === '' ? '' : `\n    ${documentation}`}`;
}
