// DeleteAcls: removes the rules of access that match filters, and tells which they were.

import { deleteAcls, KafkaError } from '../../protocol/index.ts';
import { requireCluster } from '../authorization.ts';
import { handler } from '../handler.ts';

export const deleteAclsHandler = handler(deleteAcls, {
  handle(request, context) {
    requireCluster(context, 'alter');
    const { authorizer, metadata } = context.services;
    if (authorizer === undefined) throw new KafkaError('SECURITY_DISABLED', 'No Authorizer is configured.');
    return metadata.deleteAcls(request);
  },
  fail: (request, error) => ({
    filterResults: request.filters.map(() => ({
      errorCode: error.errorCode,
      errorMessage: error.message,
      matchingAcls: [],
    })),
  }),
});
