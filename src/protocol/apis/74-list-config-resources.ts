// Lists resources that can have configurations; version 0 knows client metrics only.

import { api, type RequestOf, type ResponseOf } from '../schema/api.ts';
import { array, int8, int16, int32, string, struct } from '../schema/field.ts';

export const listConfigResources = api({
  key: 74,
  name: 'ListConfigResources',
  versions: '0-1',
  flexibleVersions: '0+',
  request: {
    resourceTypes: array(int8(), { versions: '1+' }),
  },
  response: {
    throttleTimeMs: int32(),
    errorCode: int16(),
    configResources: array(
      struct({ resourceName: string(), resourceType: int8({ versions: '1+', default: 16, ignorable: true }) }),
    ),
  },
});

export type ListConfigResourcesRequest = RequestOf<typeof listConfigResources>;
export type ListConfigResourcesResponse = ResponseOf<typeof listConfigResources>;
