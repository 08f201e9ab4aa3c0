// Which operations brokers let this client do with what it asks about (KIP-430).

import type { RetryScope } from '../cluster.ts';

/** By the numbers of the protocol. */
export const OPERATION_CODES = {
  all: 2,
  read: 3,
  write: 4,
  create: 5,
  delete: 6,
  alter: 7,
  describe: 8,
  'cluster-action': 9,
  'describe-configs': 10,
  'alter-configs': 11,
  'idempotent-write': 12,
  'create-tokens': 13,
  'describe-tokens': 14,
  'two-phase-commit': 15,
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
