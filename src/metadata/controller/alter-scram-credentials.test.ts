import assert from 'node:assert/strict';
import { pbkdf2Sync } from 'node:crypto';
import { test } from 'node:test';
import { errorName } from '../../protocol/index.ts';
import { describeScramCredentials } from '../scram/describe-scram-credentials.ts';
import { startCluster } from '../test-fixtures.ts';

// The example of RFC 7677: user "user" with password "pencil".
const SALT = Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64');
const SHA256 = {
  name: 'user',
  mechanism: 1,
  iterations: 4096,
  salt: SALT,
  saltedPassword: pbkdf2Sync('pencil', SALT, 4096, 32, 'sha256'),
};

test('of a password the two keys of RFC 5802 are kept, through a restart and a snapshot', async () => {
  const { controller, ...rest } = await startCluster();
  await controller.alterScramCredentials({ deletions: [], upsertions: [SHA256] });
  await controller.writeSnapshot();
  await controller.stop();
  const { controller: reloaded } = await startCluster(rest);
  const credential = reloaded.image.scram.credential('user', 1) ?? assert.fail();
  assert.equal(credential.storedKey.toString('base64'), 'WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=');
  assert.equal(credential.serverKey.toString('base64'), 'wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=');
  assert.deepEqual([credential.iterations, credential.salt], [4096, SALT]);
  await reloaded.stop();
});

test('each user is changed once in a request, and only by what makes sense', async () => {
  const { controller } = await startCluster();
  const { results } = await controller.alterScramCredentials({
    deletions: [
      { name: 'twice', mechanism: 1 },
      { name: 'nobody', mechanism: 1 },
      { name: '', mechanism: 1 },
    ],
    upsertions: [
      { ...SHA256, name: 'twice' },
      { ...SHA256, name: 'hasty', iterations: 4095 },
      { ...SHA256, name: 'slow', iterations: 16_385 },
      { ...SHA256, name: 'odd', mechanism: 3 },
      { ...SHA256, name: 'fine' },
    ],
  });
  assert.deepEqual(Object.fromEntries(results.map(({ user, errorCode }) => [user, errorName(errorCode)])), {
    twice: 'DUPLICATE_RESOURCE',
    nobody: 'RESOURCE_NOT_FOUND',
    '': 'UNACCEPTABLE_CREDENTIAL',
    hasty: 'UNACCEPTABLE_CREDENTIAL',
    slow: 'UNACCEPTABLE_CREDENTIAL',
    odd: 'UNSUPPORTED_SASL_MECHANISM',
    fine: 'NONE',
  });
  await controller.stop();
});

test('users are described with their mechanisms, and without them when they are gone', async () => {
  const { controller } = await startCluster();
  await controller.alterScramCredentials({ deletions: [], upsertions: [SHA256] });
  await controller.alterScramCredentials({
    deletions: [],
    upsertions: [{ ...SHA256, mechanism: 2, iterations: 8192 }],
  });
  const described = describeScramCredentials(controller.image.scram, { users: null });
  assert.deepEqual(described.results[0]?.credentialInfos, [
    { mechanism: 1, iterations: 4096 },
    { mechanism: 2, iterations: 8192 },
  ]);
  for (const mechanism of [1, 2]) {
    await controller.alterScramCredentials({ deletions: [{ name: 'user', mechanism }], upsertions: [] });
  }
  const asked = { users: [{ name: 'user' }, { name: 'other' }, { name: 'other' }] };
  const gone = describeScramCredentials(controller.image.scram, asked).results;
  assert.deepEqual(
    gone.map(({ user, errorCode }) => [user, errorName(errorCode)]),
    [
      ['user', 'RESOURCE_NOT_FOUND'],
      ['other', 'DUPLICATE_RESOURCE'],
    ],
  );
  await controller.stop();
});
