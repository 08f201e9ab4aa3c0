// Which rules of access `acls` makes, shows and removes.

import { ACL_OPERATIONS, type AclBinding, type AclOperation } from '../client/index.ts';
import type { OptionTable, OptionValues } from './command.ts';
import { UsageError } from './usage-error.ts';

export const aclResourceTable = {
  topic: { type: 'text', value: 'NAME', short: 't', doc: 'a topic; * for all', multiple: true },
  group: { type: 'text', value: 'NAME', short: 'g', doc: 'a group; * for all', multiple: true },
  'transactional-id': { type: 'text', value: 'ID', doc: 'a transactional id; * for all', multiple: true },
  cluster: { type: 'flag', doc: 'the cluster itself' },
  prefixed: { type: 'flag', doc: 'not just these, but all whose names begin so' },
} as const satisfies OptionTable;

export const aclOperationOption = {
  operation: {
    type: 'text',
    value: 'OPERATION',
    short: 'o',
    doc: 'what about: read, write, all ...',
    choices: ACL_OPERATIONS,
    multiple: true,
  },
} as const satisfies OptionTable;

export type AclResource = Pick<AclBinding, 'resourceType' | 'resourceName' | 'patternType'>;

export function readAclResources(options: OptionValues<typeof aclResourceTable>): AclResource[] {
  const patternType = options.prefixed ? 'prefixed' : 'literal';
  return [
    ...options.topic.map((name) => ({ resourceType: 'topic', resourceName: name, patternType }) as const),
    ...options.group.map((name) => ({ resourceType: 'group', resourceName: name, patternType }) as const),
    ...options['transactional-id'].map(
      (name) => ({ resourceType: 'transactional-id', resourceName: name, patternType }) as const,
    ),
    ...(options.cluster
      ? [{ resourceType: 'cluster', resourceName: 'kafka-cluster', patternType: 'literal' } as const]
      : []),
  ];
}

/** The parser has held them against the choices. */
export function readAclOperations(options: OptionValues<typeof aclOperationOption>): readonly AclOperation[] {
  return ACL_OPERATIONS.filter((operation) => options.operation.includes(operation));
}

/** `alice` is `User:alice`. */
export function readPrincipal(text: string): string {
  if (text === '' || text.endsWith(':')) throw new UsageError('A principal has a name: alice, or User:alice');
  return text.includes(':') ? text : `User:${text}`;
}

/** `allow User:alice read on topic orders, from anywhere`. */
export function aclText(acl: { readonly [Name in keyof AclBinding]: string }): string {
  const resource = `${acl.resourceType} ${acl.resourceName}${acl.patternType === 'prefixed' ? ' and all that begin so' : ''}`;
  return `${acl.permission} ${acl.principal} ${acl.operation} on ${resource}, from ${acl.host === '*' ? 'anywhere' : acl.host}`;
}
