// DescribeAcls: the rules of access that match a filter.

import { describeAcls as describe } from '../../metadata/index.ts';
import { describeAcls, KafkaError } from '../../protocol/index.ts';
import { requireCluster } from '../authorization.ts';
import { handler } from '../handler.ts';

export const describeAclsHandler = handler(describeAcls, {
  handle(request, context) {
    requireCluster(context, 'describe');
    const { authorizer, metadata } = context.services;
    if (authorizer === undefined)
      throw new KafkaError('SECURITY_DISABLED', 'No Authorizer is configured on the broker');
    return describe(metadata.image.acls, request);
  },
  fail: (_request, error) => ({ errorCode: error.errorCode, errorMessage: error.message, resources: [] }),
});
