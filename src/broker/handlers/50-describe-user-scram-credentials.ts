// DescribeUserScramCredentials (KIP-554): which users can log in with SCRAM.

import { describeScramCredentials } from '../../metadata/index.ts';
import { describeUserScramCredentials } from '../../protocol/index.ts';
import { requireCluster } from '../authorization.ts';
import { handler } from '../handler.ts';

export const describeUserScramCredentialsHandler = handler(describeUserScramCredentials, {
  handle(request, context) {
    requireCluster(context, 'describe');
    return describeScramCredentials(context.services.metadata.image.scram, request);
  },
  fail: ({ users }, { errorCode, message: errorMessage }) => ({
    errorCode,
    errorMessage,
    // As in Kafka without their names.
    results: (users ?? []).map(() => ({ user: '', errorCode, errorMessage, credentialInfos: [] })),
  }),
});
