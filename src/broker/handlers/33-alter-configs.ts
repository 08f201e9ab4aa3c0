// AlterConfigs: replaces all settings of a resource. Deprecated in favour of IncrementalAlterConfigs, which loses nothing.

import { alterConfigs } from '../../protocol/index.ts';
import { handler } from '../handler.ts';

export const alterConfigsHandler = handler(alterConfigs, {
  handle: (request, { services }) => services.metadata.alterConfigs(request),
  fail: (request, error) => ({
    responses: request.resources.map(({ resourceType, resourceName }) => ({
      errorCode: error.errorCode,
      errorMessage: error.message,
      resourceType,
      resourceName,
    })),
  }),
});
