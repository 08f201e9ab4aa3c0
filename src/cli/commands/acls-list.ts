// `millrace acls list`.

import { aclFilterTable, readAclFilters } from '../acl-filters.ts';
import { clientOptionTable, jsonOption } from '../client-options.ts';
import { command } from '../command.ts';
import { toJson } from '../output/json.ts';
import { renderTable } from '../output/table.ts';
import { withAdmin } from '../with-admin.ts';

export const aclsList = command({
  name: 'list',
  summary: 'List rules of access: all, or those that match.',
  options: { ...aclFilterTable, ...jsonOption, ...clientOptionTable },
  examples: [
    { command: 'millrace acls list', doc: 'all' },
    { command: 'millrace acls list --principal alice --topic orders', doc: 'what concerns her and them' },
  ],
  async run(context, options) {
    const filters = readAclFilters(options);
    const acls = await withAdmin(context, options, async (admin) => {
      const found = [];
      for (const filter of filters) found.push(...(await admin.describeAcls(filter, { signal: context.signal })));
      return found;
    });
    if (options.json) {
      context.stdout.write(`${toJson(acls, 2)}\n`);
    } else if (acls.length === 0) {
      context.stderr.write('There are no such rules.\n');
    } else {
      const rows = acls.map((acl) => [
        acl.resourceType,
        acl.resourceName,
        acl.patternType,
        acl.principal,
        acl.host,
        acl.operation,
        acl.permission,
      ]);
      context.stdout.write(renderTable(COLUMNS, rows, context.stdout));
    }
  },
});

const COLUMNS = ['RESOURCE', 'NAME', 'PATTERN', 'PRINCIPAL', 'HOST', 'OPERATION', 'PERMISSION'].map((title) => ({
  title,
}));
