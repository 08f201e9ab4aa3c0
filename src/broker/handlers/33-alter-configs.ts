// AlterConfigs: replaces all settings of a resource. Deprecated in favour of IncrementalAlterConfigs, which loses nothing.

import { textsAfterReplacement } from '../../metadata/index.ts';
import { alterConfigs } from '../../protocol/index.ts';
import { changeAuthorizedConfigs } from '../config-authorization.ts';
import { handler } from '../handler.ts';

export const alterConfigsHandler = handler(alterConfigs, {
  handle: (request, context) =>
    changeAuthorizedConfigs(
      request.resources,
      context,
      ({ configs }) => textsAfterReplacement(configs),
      (resources) => context.services.metadata.alterConfigs({ ...request, resources }),
    ),
  fail: (request, error) => ({
    responses: request.resources.map(({ resourceType, resourceName }) => ({
      errorCode: error.errorCode,
      errorMessage: error.message,
      resourceType,
      resourceName,
    })),
  }),
});
