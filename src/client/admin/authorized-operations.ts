// Which operations brokers let this client do with what it asks about (KIP-430).

import { ACL_OPERATION } from '../../protocol/index.ts';
import type { RetryScope } from '../cluster.ts';

/** By their names in Kafka's tools, in small letters. */
export const OPERATION_CODES = {
  all: ACL_OPERATION.all,
  read: ACL_OPERATION.read,
  write: ACL_OPERATION.write,
  create: ACL_OPERATION.create,
  delete: ACL_OPERATION.delete,
  alter: ACL_OPERATION.alter,
  describe: ACL_OPERATION.describe,
  'cluster-action': ACL_OPERATION.clusterAction,
  'describe-configs': ACL_OPERATION.describeConfigs,
  'alter-configs': ACL_OPERATION.alterConfigs,
  'idempotent-write': ACL_OPERATION.idempotentWrite,
  'create-tokens': ACL_OPERATION.createTokens,
  'describe-tokens': ACL_OPERATION.describeTokens,
  'two-phase-commit': ACL_OPERATION.twoPhaseCommit,
} as const;

/** What a rule of access is about. */
export type AclOperation = keyof typeof OPERATION_CODES;

/** What a rule can allow or deny, as Kafka's tools name it, in small letters. */
export const ACL_OPERATIONS = Object.keys(OPERATION_CODES) as readonly AclOperation[];

/** What to tell beside the description, and how long to try. */
export interface DescribeOptions extends RetryScope {
  /** Tell `authorizedOperations` too. Default false. */
  readonly includeAuthorizedOperations?: boolean | undefined;
}

// What brokers answer when they were not asked, or are too old to say.
const NOT_TOLD = -(2 ** 31);

/** From a set of bits, each at the place of its operation's number; undefined when the broker did not tell. */
export function readAuthorizedOperations(bits: number): readonly AclOperation[] | undefined {
  if (bits === NOT_TOLD) return undefined;
  return ACL_OPERATIONS.filter((name) => (bits & (1 << OPERATION_CODES[name])) !== 0);
}
