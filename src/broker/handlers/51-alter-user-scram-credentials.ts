// AlterUserScramCredentials (KIP-554): passwords of users who log in with SCRAM.

import { alterUserScramCredentials } from '../../protocol/index.ts';
import { requireCluster } from '../authorization.ts';
import { handler } from '../handler.ts';

export const alterUserScramCredentialsHandler = handler(alterUserScramCredentials, {
  handle(request, context) {
    requireCluster(context, 'alter');
    return context.services.metadata.alterScramCredentials(request);
  },
  fail(request, error) {
    const users = new Set([...request.deletions, ...request.upsertions].map(({ name }) => name));
    return {
      results: Array.from(users, (user) => ({ user, errorCode: error.errorCode, errorMessage: error.message })),
    };
  },
});
