// `millrace cluster api-versions`.

import { APIS } from '../../protocol/index.ts';
import { clientOptionTable, jsonOption } from '../client-options.ts';
import { command } from '../command.ts';
import { toJson } from '../output/json.ts';
import { styler } from '../output/style.ts';
import { type Cell, renderTable } from '../output/table.ts';
import { withAdmin } from '../with-admin.ts';

export const clusterApiVersions = command({
  name: 'api-versions',
  summary:
    'Show which APIs and versions each broker serves, beside those that this client knows, and the features of the cluster.',
  options: {
    broker: { type: 'number', value: 'ID', doc: 'only this broker', min: 0 },
    ...jsonOption,
    ...clientOptionTable,
  },
  examples: [{ command: 'millrace cluster api-versions', doc: 'all brokers' }],
  async run(context, options) {
    const reports = await withAdmin(context, options, async (admin) => {
      const { brokers } = await admin.describeCluster({ signal: context.signal });
      const wanted = brokers.filter(({ id }) => options.broker === undefined || id === options.broker);
      if (wanted.length === 0) throw new Error(`There is no broker ${options.broker} in the cluster`);
      return Promise.all(
        wanted.map(async ({ id, host, port }) => ({
          broker: id,
          address: `${host}:${port}`,
          ...(await admin.describeApiVersions(id, { signal: context.signal })),
        })),
      );
    });
    const named = reports.map(({ apis, ...report }) => ({
      ...report,
      apis: apis.map((api) => ({ name: nameOf(api.apiKey), ...api, knownVersion: newestVersion(api.apiKey) })),
    }));
    if (options.json) {
      context.stdout.write(`${toJson(named, 2)}\n`);
      return;
    }
    const style = styler(context.stdout);
    for (const [index, { broker, address, apis, features }] of named.entries()) {
      context.stdout.write(`${index > 0 ? '\n' : ''}${style('bold', 'Broker')} ${broker} at ${address}\n`);
      const rows = apis.map((api): Cell[] => [
        api.apiKey,
        api.name,
        api.minVersion,
        api.maxVersion,
        api.knownVersion === null ? 'unknown' : Math.min(api.maxVersion, api.knownVersion),
      ]);
      context.stdout.write(renderTable(API_COLUMNS, rows, context.stdout));
      if (features.length === 0) continue;
      const featureRows = features.map((feature): Cell[] => [
        feature.name,
        feature.minLevel,
        feature.maxLevel,
        feature.finalizedLevel,
      ]);
      context.stdout.write(`\n${renderTable(FEATURE_COLUMNS, featureRows, context.stdout)}`);
    }
  },
});

const API_COLUMNS = [
  { title: 'KEY', align: 'right' },
  { title: 'API' },
  { title: 'FROM', align: 'right' },
  { title: 'TO', align: 'right' },
  { title: 'USED', align: 'right' },
] as const;
const FEATURE_COLUMNS = [
  { title: 'FEATURE' },
  { title: 'FROM', align: 'right' },
  { title: 'TO', align: 'right' },
  { title: 'FINALIZED', align: 'right' },
] as const;

function apiOf(apiKey: number) {
  return Object.values(APIS).find(({ key }) => key === apiKey);
}

function nameOf(apiKey: number): string {
  return apiOf(apiKey)?.name ?? `API ${apiKey}`;
}

function newestVersion(apiKey: number): number | null {
  return apiOf(apiKey)?.versions.max ?? null;
}
