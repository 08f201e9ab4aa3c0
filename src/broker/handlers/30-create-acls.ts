// CreateAcls: new rules of access.

import { createAcls, KafkaError } from '../../protocol/index.ts';
import { requireCluster } from '../authorization.ts';
import { handler } from '../handler.ts';

export const createAclsHandler = handler(createAcls, {
  handle(request, context) {
    requireCluster(context, 'alter');
    const { authorizer, metadata } = context.services;
    if (authorizer === undefined) throw new KafkaError('SECURITY_DISABLED', 'No Authorizer is configured.');
    return metadata.createAcls(request);
  },
  fail: (request, error) => ({
    results: request.creations.map(() => ({ errorCode: error.errorCode, errorMessage: error.message })),
  }),
});
