import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ACL_OPERATION, ACL_PATTERN, ACL_PERMISSION, ACL_RESOURCE } from '../../protocol/index.ts';
import { AclsImage } from '../image/acls-image.ts';
import type { AccessRule } from './access-rule.ts';
import { isAllowedSomewhere, judge } from './authorize.ts';

const RULE: AccessRule = {
  resourceType: ACL_RESOURCE.topic,
  resourceName: 'orders',
  patternType: ACL_PATTERN.literal,
  principal: 'User:alice',
  host: '*',
  operation: ACL_OPERATION.read,
  permissionType: ACL_PERMISSION.allow,
};
const ACTION = {
  principal: 'User:alice',
  host: '10.0.0.1',
  operation: ACL_OPERATION.read,
  resourceType: ACL_RESOURCE.topic,
  resourceName: 'orders',
};

function image(...rules: Partial<AccessRule>[]): AclsImage {
  return AclsImage.empty.apply(
    rules.map((rule, index) => ({
      type: 'AccessControlEntryRecord',
      value: { id: `AAAAAAAAAAAAAAAAAAAA${index}Q`, ...RULE, ...rule },
    })),
  );
}

test('a rule is for its principal, host, operation and resource', () => {
  const acls = image({ host: '10.0.0.1' });
  assert.equal(judge(acls, ACTION), 'allowed');
  assert.equal(judge(acls, { ...ACTION, principal: 'User:bob' }), 'denied');
  assert.equal(judge(acls, { ...ACTION, host: '10.0.0.2' }), 'denied');
  assert.equal(judge(acls, { ...ACTION, operation: ACL_OPERATION.write }), 'denied');
  assert.equal(judge(acls, { ...ACTION, resourceName: 'invoices' }), 'no-rules');
  assert.equal(judge(acls, { ...ACTION, resourceType: ACL_RESOURCE.group }), 'no-rules');
});

test('a prefix is for every name that begins with it, and a literal name for itself only', () => {
  const acls = image({ resourceName: 'ord', patternType: ACL_PATTERN.prefixed }, { resourceName: 'ordered' });
  assert.equal(judge(acls, ACTION), 'allowed');
  assert.equal(judge(acls, { ...ACTION, resourceName: 'ord' }), 'allowed');
  assert.equal(judge(acls, { ...ACTION, resourceName: 'or' }), 'no-rules');
  assert.equal(judge(image({ resourceName: 'ord' }), ACTION), 'no-rules');
});

test('stars stand for every resource, everybody and every host', () => {
  const acls = image({ resourceName: '*', principal: 'User:*', operation: ACL_OPERATION.all });
  assert.equal(
    judge(acls, { ...ACTION, principal: 'User:bob', resourceName: 'x', operation: ACL_OPERATION.alter }),
    'allowed',
  );
  assert.equal(judge(image({ principal: '*' }), ACTION), 'denied');
  assert.equal(judge(image({ resourceName: '*', patternType: ACL_PATTERN.prefixed }), ACTION), 'no-rules');
});

test('a rule that denies wins, wherever it stands', () => {
  const deny = { permissionType: ACL_PERMISSION.deny };
  assert.equal(judge(image(deny, {}), ACTION), 'denied');
  assert.equal(judge(image({}, { ...deny, resourceName: '*' }), ACTION), 'denied');
  assert.equal(judge(image({}, { ...deny, resourceName: 'o', patternType: ACL_PATTERN.prefixed }), ACTION), 'denied');
});

test('who may do something may also look, but being denied something does not hide anything', () => {
  const describe = { ...ACTION, operation: ACL_OPERATION.describe };
  for (const operation of [ACL_OPERATION.read, ACL_OPERATION.write, ACL_OPERATION.delete, ACL_OPERATION.alter]) {
    assert.equal(judge(image({ operation }), describe), 'allowed');
  }
  assert.equal(judge(image({ operation: ACL_OPERATION.create }), describe), 'denied');
  const describeConfigs = { ...ACTION, operation: ACL_OPERATION.describeConfigs };
  assert.equal(judge(image({ operation: ACL_OPERATION.alterConfigs }), describeConfigs), 'allowed');
  const denied = image(
    { operation: ACL_OPERATION.read, permissionType: ACL_PERMISSION.deny },
    { operation: ACL_OPERATION.write },
  );
  assert.equal(judge(denied, describe), 'allowed');
});

test('somewhere is wherever no rule takes away all that another gives', () => {
  const { resourceName: _, ...action } = ACTION;
  const deny = { permissionType: ACL_PERMISSION.deny };
  const prefix = { patternType: ACL_PATTERN.prefixed };
  assert.equal(isAllowedSomewhere(image(), action), false);
  assert.equal(isAllowedSomewhere(image({}), action), true);
  assert.equal(isAllowedSomewhere(image({}, deny), action), false);
  assert.equal(isAllowedSomewhere(image({ ...prefix, resourceName: 'or' }, deny), action), true);
  assert.equal(
    isAllowedSomewhere(image({ ...prefix, resourceName: 'or' }, { ...deny, ...prefix, resourceName: 'o' }), action),
    false,
  );
  assert.equal(isAllowedSomewhere(image({ resourceName: '*' }, deny), action), true);
  assert.equal(isAllowedSomewhere(image({}, { ...deny, resourceName: '*' }), action), false);
});
