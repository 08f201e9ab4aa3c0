import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { test } from 'node:test';
import { SeededRandom } from '../../platform/index.ts';
import { errorName } from '../../protocol/index.ts';
import { describeAcls } from '../acls/describe-acls.ts';
import { startCluster } from '../test-fixtures.ts';

const CREATION = {
  resourceType: 2,
  resourceName: 'orders',
  resourcePatternType: 3,
  principal: 'User:alice',
  host: '*',
  operation: 3,
  permissionType: 3,
};
const FILTER = {
  resourceTypeFilter: 1,
  resourceNameFilter: null,
  patternTypeFilter: 1,
  principalFilter: null,
  hostFilter: null,
  operation: 1,
  permissionType: 1,
};

test('a rule that is there already is no second one', async () => {
  const { controller } = await startCluster();
  const { results } = await controller.createAcls({ creations: [CREATION, CREATION] });
  await controller.createAcls({ creations: [CREATION] });
  assert.deepEqual(
    results.map(({ errorCode }) => errorCode),
    [0, 0],
  );
  assert.equal(controller.image.acls.byId.size, 1);
  await controller.stop();
});

test('rules are about something definite', async () => {
  const { controller } = await startCluster();
  const wrong = [
    { resourceType: 1 },
    { resourceType: 99 },
    { resourceName: '' },
    { resourceType: 4, resourceName: 'my-cluster' },
    { resourcePatternType: 2 },
    { operation: 1 },
    { permissionType: 0 },
    { principal: 'alice' },
  ];
  const { results } = await controller.createAcls({ creations: wrong.map((part) => ({ ...CREATION, ...part })) });
  assert.deepEqual(
    results.map(({ errorCode }) => errorName(errorCode)),
    wrong.map(() => 'INVALID_REQUEST'),
  );
  assert.equal(controller.image.acls.byId.size, 0);
  await controller.stop();
});

test('filters find rules by their parts, and match finds all that are about a name', async () => {
  const { controller } = await startCluster();
  await controller.createAcls({
    creations: [
      CREATION,
      { ...CREATION, resourceName: 'ord', resourcePatternType: 4 },
      { ...CREATION, resourceName: '*', principal: 'User:bob' },
      { ...CREATION, resourceName: 'invoices' },
    ],
  });
  const found = (filter: Partial<Omit<typeof FILTER, 'resourceNameFilter'>> & { resourceNameFilter?: string }) =>
    describeAcls(controller.image.acls, { ...FILTER, ...filter })
      .resources.map(({ resourceName }) => resourceName)
      .sort();
  assert.deepEqual(found({}), ['*', 'invoices', 'ord', 'orders']);
  assert.deepEqual(found({ patternTypeFilter: 2, resourceNameFilter: 'orders' }), ['*', 'ord', 'orders']);
  assert.deepEqual(found({ patternTypeFilter: 3, resourceNameFilter: 'orders' }), ['orders']);
  assert.deepEqual(found({ patternTypeFilter: 4 }), ['ord']);
  assert.throws(() => found({ operation: 77 }), { code: 'INVALID_REQUEST' });
  await controller.stop();
});

test('deleting tells what went, and what is there survives a restart and a snapshot', async () => {
  const { controller, ...rest } = await startCluster();
  await controller.createAcls({ creations: [CREATION, { ...CREATION, operation: 4 }, { ...CREATION, operation: 8 }] });
  await controller.writeSnapshot();
  const { filterResults } = await controller.deleteAcls({
    filters: [
      { ...FILTER, operation: 4 },
      { ...FILTER, operation: 99 },
    ],
  });
  assert.deepEqual(
    filterResults.map(({ errorCode, matchingAcls }) => [
      errorName(errorCode),
      matchingAcls.map(({ operation }) => operation),
    ]),
    [
      ['NONE', [4]],
      ['INVALID_REQUEST', []],
    ],
  );
  await controller.stop();
  const { controller: reloaded } = await startCluster(rest);
  const [resource] = describeAcls(reloaded.image.acls, FILTER).resources;
  assert.deepEqual(resource?.acls.map(({ operation }) => operation).sort(), [3, 8]);
  await reloaded.stop();
});

test('whatever rules are made and taken away, those that nobody has named are still there', async (context) => {
  const seed = Number(process.env.MILLRACE_SEED ?? randomInt(2 ** 31));
  context.diagnostic(`MILLRACE_SEED=${seed}`);
  const random = new SeededRandom(seed);
  const { controller } = await startCluster();
  const model = new Map<string, typeof CREATION>();
  for (let step = 0; step < 200; step++) {
    const rule = {
      ...{ ...CREATION, resourceType: 2 + random.integer(2), resourceName: `orders-${random.integer(2)}` },
      ...{ resourcePatternType: 3 + random.integer(2), principal: `User:${random.integer(3)}` },
      ...{ operation: 3 + random.integer(3), permissionType: 2 + random.integer(2) },
    };
    const key = JSON.stringify(rule);
    if (random.integer(3) > 0) {
      await controller.createAcls({ creations: [rule] });
      model.set(key, rule);
    } else {
      const { resourceType, resourceName, resourcePatternType, principal, host, operation, permissionType } = rule;
      await controller.deleteAcls({
        filters: [
          {
            ...{ resourceTypeFilter: resourceType, resourceNameFilter: resourceName, hostFilter: host },
            ...{ patternTypeFilter: resourcePatternType, principalFilter: principal, operation, permissionType },
          },
        ],
      });
      model.delete(key);
    }
  }
  const there = describeAcls(controller.image.acls, FILTER).resources.flatMap(
    ({ resourceType, resourceName, patternType, acls }) =>
      acls.map(({ principal, host, operation, permissionType }) =>
        JSON.stringify({
          ...{ resourceType, resourceName, resourcePatternType: patternType },
          ...{ principal, host, operation, permissionType },
        }),
      ),
  );
  assert.deepEqual(there.sort(), [...model.keys()].sort(), `seed ${seed}`);
  await controller.stop();
});
