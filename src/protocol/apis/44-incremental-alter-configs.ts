// Changes single configurations: sets, deletes, appends to lists and subtracts from them.

import { api, type RequestOf, type ResponseOf } from '../schema/api.ts';
import { array, boolean, int8, int16, int32, string, struct } from '../schema/field.ts';

export const incrementalAlterConfigs = api({
  key: 44,
  name: 'IncrementalAlterConfigs',
  versions: '0-1',
  flexibleVersions: '1+',
  listeners: ['broker', 'controller'],
  request: {
    resources: array(
      struct({
        resourceType: int8(),
        resourceName: string(),
        configs: array(struct({ name: string(), configOperation: int8(), value: string({ nullable: '0+' }) })),
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

export type IncrementalAlterConfigsRequest = RequestOf<typeof incrementalAlterConfigs>;
export type IncrementalAlterConfigsResponse = ResponseOf<typeof incrementalAlterConfigs>;
