// `millrace acls remove`.

import { aclFilterTable, readAclFilters } from '../acl-filters.ts';
import { aclText } from '../acl-options.ts';
import { clientOptionTable, jsonOption } from '../client-options.ts';
import { command } from '../command.ts';
import { reportItems } from '../report-items.ts';
import { UsageError } from '../usage-error.ts';
import { withAdmin } from '../with-admin.ts';

export const aclsRemove = command({
  name: 'remove',
  summary: 'Remove the rules of access that match.',
  options: {
    ...aclFilterTable,
    all: { type: 'flag', doc: 'every rule that there is' },
    ...jsonOption,
    ...clientOptionTable,
  },
  examples: [
    { command: 'millrace acls remove --principal alice', doc: 'all rules of alice' },
    { command: 'millrace acls remove --principal alice --operation write --topic orders', doc: 'one of them' },
  ],
  async run(context, options) {
    const filters = readAclFilters(options);
    const isEverything = filters.some((filter) => Object.keys(filter).length === 0);
    if (isEverything !== options.all)
      throw new UsageError('Say which rules: --principal, --operation, --topic ..., or --all alone');
    const answers = await withAdmin(context, options, (admin) => admin.deleteAcls(filters, { signal: context.signal }));
    const refused = answers.find(({ error }) => error)?.error;
    if (refused) throw refused;
    const items = answers
      .flatMap(({ deleted }) => deleted)
      .map(({ acl, error }) => ({ fields: { ...acl }, done: `removed: ${aclText(acl)}`, error }));
    if (items.length === 0 && !options.json) context.stderr.write('There are no such rules.\n');
    reportItems(context, items, options.json);
  },
});
