// IncrementalAlterConfigs (KIP-339): sets, deletes, appends to and subtracts from single settings.

import { incrementalAlterConfigs } from '../../protocol/index.ts';
import { handler } from '../handler.ts';

export const incrementalAlterConfigsHandler = handler(incrementalAlterConfigs, {
  handle: (request, { services }) => services.metadata.incrementalAlterConfigs(request),
  fail: (request, error) => ({
    responses: request.resources.map(({ resourceType, resourceName }) => ({
      errorCode: error.errorCode,
      errorMessage: error.message,
      resourceType,
      resourceName,
    })),
  }),
});
