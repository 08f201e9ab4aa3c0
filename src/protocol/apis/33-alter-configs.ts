// Replaces all configurations of a resource; clients of today use IncrementalAlterConfigs.

import { api, type RequestOf, type ResponseOf } from '../schema/api.ts';
import { array, boolean, int8, int16, int32, string, struct } from '../schema/field.ts';

export const alterConfigs = api({
  key: 33,
  name: 'AlterConfigs',
  versions: '0-2',
  flexibleVersions: '2+',
  listeners: ['broker', 'controller'],
  request: {
    resources: array(
      struct({
        resourceType: int8(),
        resourceName: string(),
        configs: array(struct({ name: string(), value: string({ nullable: '0+' }) })),
      }),
    ),
    validateOnly: boolean(),
  },
  response: {
    throttleTimeMs: int32(),
    responses: array(
      struct({
        errorCode: int16(),
        errorMessage: string({ nullable: '0+' }),
        resourceType: int8(),
        resourceName: string(),
      }),
    ),
  },
});

export type AlterConfigsRequest = RequestOf<typeof alterConfigs>;
export type AlterConfigsResponse = ResponseOf<typeof alterConfigs>;
