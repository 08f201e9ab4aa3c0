// `millrace acls add`.

import type { AclBinding } from '../../client/index.ts';
import {
  aclOperationOption,
  aclResourceTable,
  aclText,
  readAclOperations,
  readAclResources,
  readPrincipal,
} from '../acl-options.ts';
import { clientOptionTable, jsonOption } from '../client-options.ts';
import { command } from '../command.ts';
import { reportItems } from '../report-items.ts';
import { UsageError } from '../usage-error.ts';
import { withAdmin } from '../with-admin.ts';

export const aclsAdd = command({
  name: 'add',
  summary: 'Allow or deny principals to do something. A rule that is there already is no error.',
  details:
    'A denial comes before every permission. Whoever may read, write, delete or alter a topic or group may describe it too.',
  options: {
    allow: { type: 'text', value: 'PRINCIPAL', doc: 'who may: alice, or User:alice; * for everybody', multiple: true },
    deny: { type: 'text', value: 'PRINCIPAL', doc: 'who may not', multiple: true },
    ...aclOperationOption,
    ...aclResourceTable,
    host: { type: 'text', value: 'ADDRESS', doc: 'from where; * for anywhere', default: '*' },
    ...jsonOption,
    ...clientOptionTable,
  },
  examples: [
    { command: 'millrace acls add --allow alice --operation write --topic orders', doc: 'alice may write orders' },
    {
      command: 'millrace acls add --allow alice --operation all --topic orders --group orders --prefixed',
      doc: 'everything that begins with orders',
    },
  ],
  async run(context, options) {
    const operations = readAclOperations(options);
    const resources = readAclResources(options);
    const who = [
      ...options.allow.map((name) => ({ principal: readPrincipal(name), permission: 'allow' }) as const),
      ...options.deny.map((name) => ({ principal: readPrincipal(name), permission: 'deny' }) as const),
    ];
    if (who.length === 0) throw new UsageError('Say who: --allow or --deny');
    if (operations.length === 0) throw new UsageError('Say what: --operation');
    if (resources.length === 0) throw new UsageError('Say on what: --topic, --group, --transactional-id or --cluster');
    const { host } = options;
    const acls: AclBinding[] = who.flatMap((of) =>
      resources.flatMap((resource) => operations.map((operation) => ({ ...of, ...resource, operation, host }))),
    );
    const created = await withAdmin(context, options, (admin) => admin.createAcls(acls, { signal: context.signal }));
    const items = created.map(({ acl, error }) => ({ fields: { ...acl }, done: `added: ${aclText(acl)}`, error }));
    reportItems(context, items, options.json);
  },
});
