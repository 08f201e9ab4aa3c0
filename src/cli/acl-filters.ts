// The options that choose among rules of access, and the filters that they stand for.

import type { AclFilter } from '../client/index.ts';
import {
  aclOperationOption,
  aclResourceTable,
  readAclOperations,
  readAclResources,
  readPrincipal,
} from './acl-options.ts';
import type { OptionTable, OptionValues } from './command.ts';

export const aclFilterTable = {
  principal: { type: 'text', value: 'PRINCIPAL', short: 'p', doc: 'of whom: alice, or User:alice', multiple: true },
  ...aclOperationOption,
  ...aclResourceTable,
} as const satisfies OptionTable;

/** One for each combination of what is named; what is not named matches everything, so that there is always one. */
export function readAclFilters(options: OptionValues<typeof aclFilterTable>): AclFilter[] {
  const principals = orAny(options.principal.map((name) => ({ principal: readPrincipal(name) })));
  const operations = orAny(readAclOperations(options).map((operation) => ({ operation })));
  const resources = orAny(readAclResources(options));
  return principals.flatMap((principal) =>
    operations.flatMap((operation) => resources.map((resource) => ({ ...principal, ...operation, ...resource }))),
  );
}

function orAny<T>(named: readonly T[]): readonly (T | Record<never, never>)[] {
  return named.length === 0 ? [{}] : named;
}
