// DescribeUserScramCredentials (KIP-554): which mechanisms users have a password for. Nothing of the password is told.

import type {
  DescribeUserScramCredentialsRequest,
  describeUserScramCredentials as describeApi,
  Item,
  ResponseInput,
} from '../../protocol/index.ts';
import { KafkaError } from '../../protocol/index.ts';
import { type Answer, apiError, duplicatesOf, NO_ERROR } from '../controller/decision.ts';
import type { ScramImage } from '../image/scram-image.ts';

type Result = Item<ResponseInput<typeof describeApi>['results']>;

/** Names no users, or null, for all. */
export function describeScramCredentials(
  scram: ScramImage,
  { users }: Pick<DescribeUserScramCredentialsRequest, 'users'>,
): Answer<typeof describeApi> {
  const asked = (users ?? []).map(({ name }) => name);
  const duplicates = duplicatesOf(asked);
  const names = asked.length === 0 ? [...scram.byUser.keys()] : [...new Set(asked)];
  const results = names.map((user): Result => {
    if (duplicates.has(user))
      return refused(
        user,
        'DUPLICATE_RESOURCE',
        'Cannot describe SCRAM credentials for the same user twice in a single request: ',
      );
    const credentials = scram.byUser.get(user);
    if (credentials === undefined) {
      return refused(user, 'RESOURCE_NOT_FOUND', 'Attempt to describe a user credential that does not exist: ');
    }
    const credentialInfos = Array.from(credentials.values(), ({ mechanism, iterations }) => ({
      mechanism,
      iterations,
    }));
    return { user, ...NO_ERROR, credentialInfos };
  });
  return { ...NO_ERROR, results };
}

function refused(user: string, code: 'DUPLICATE_RESOURCE' | 'RESOURCE_NOT_FOUND', message: string): Result {
  return { user, ...apiError(new KafkaError(code, message + user)), credentialInfos: [] };
}
