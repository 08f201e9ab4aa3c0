// What the rules say of one action. The order of the rules plays no part: one that denies is stronger than all that allow.

import { ACL_OPERATION, ACL_PATTERN, ACL_PERMISSION } from '../../protocol/index.ts';
import type { AclsImage } from '../image/acls-image.ts';
import { type AccessRule, EVERYONE, WILDCARD } from './access-rule.ts';

export interface Action {
  /** `type:name`. */
  readonly principal: string;
  /** The client's address, without port. */
  readonly host: string;
  /** One of `ACL_OPERATION`. */
  readonly operation: number;
  /** One of `ACCESS_RESOURCE`. */
  readonly resourceType: number;
  readonly resourceName: string;
}

/** `no-rules`: nothing is said of the resource at all, about nobody. */
export type Verdict = 'allowed' | 'denied' | 'no-rules';

/** Whoever is allowed one of these may look as well. Being denied one of them does not hide anything. */
const IMPLYING_DESCRIBE: ReadonlySet<number> = new Set([
  ACL_OPERATION.describe,
  ACL_OPERATION.read,
  ACL_OPERATION.write,
  ACL_OPERATION.delete,
  ACL_OPERATION.alter,
]);
const IMPLYING_DESCRIBE_CONFIGS: ReadonlySet<number> = new Set([
  ACL_OPERATION.describeConfigs,
  ACL_OPERATION.alterConfigs,
]);

export function judge(acls: AclsImage, action: Action): Verdict {
  let hasRules = false;
  let isAllowed = false;
  for (const rule of acls.about(action.resourceType, action.resourceName)) {
    hasRules = true;
    if (!concerns(rule, action) || !coversOperation(rule, action.operation)) continue;
    if (rule.permissionType === ACL_PERMISSION.deny) return 'denied';
    isAllowed = true;
  }
  if (isAllowed) return 'allowed';
  return hasRules ? 'denied' : 'no-rules';
}

/**
 * Whether there may be any resource of the type on which the action is allowed: a rule allows it, and no other takes away all that the rule
 * gives. Operations imply nothing here.
 */
export function isAllowedSomewhere(acls: AclsImage, action: Omit<Action, 'resourceName'>): boolean {
  const rules = [...acls.byId.values()].filter(
    (rule) =>
      rule.resourceType === action.resourceType &&
      concerns(rule, action) &&
      (rule.operation === action.operation || rule.operation === ACL_OPERATION.all),
  );
  const denied = rules.filter(({ permissionType }) => permissionType === ACL_PERMISSION.deny);
  const deniedLiterals = namesOf(denied, ACL_PATTERN.literal);
  const deniedPrefixes = namesOf(denied, ACL_PATTERN.prefixed);
  if (deniedLiterals.has(WILDCARD)) return false;
  const startsWithDenied = (name: string) =>
    Array.from(name, (_, index) => name.slice(0, index + 1)).some((prefix) => deniedPrefixes.has(prefix));
  return rules.some(({ permissionType, patternType, resourceName }) => {
    if (permissionType !== ACL_PERMISSION.allow) return false;
    const isLiteral = patternType === ACL_PATTERN.literal;
    if (isLiteral && resourceName === WILDCARD) return true;
    if (isLiteral && deniedLiterals.has(resourceName)) return false;
    return !startsWithDenied(resourceName);
  });
}

function concerns(rule: AccessRule, { principal, host }: Pick<Action, 'principal' | 'host'>): boolean {
  return (
    (rule.principal === principal || rule.principal === EVERYONE) && (rule.host === host || rule.host === WILDCARD)
  );
}

function coversOperation(rule: AccessRule, operation: number): boolean {
  if (rule.operation === ACL_OPERATION.all || rule.operation === operation) return true;
  if (rule.permissionType !== ACL_PERMISSION.allow) return false;
  if (operation === ACL_OPERATION.describe) return IMPLYING_DESCRIBE.has(rule.operation);
  return operation === ACL_OPERATION.describeConfigs && IMPLYING_DESCRIBE_CONFIGS.has(rule.operation);
}

function namesOf(rules: readonly AccessRule[], pattern: number): Set<string> {
  return new Set(rules.filter(({ patternType }) => patternType === pattern).map(({ resourceName }) => resourceName));
}
