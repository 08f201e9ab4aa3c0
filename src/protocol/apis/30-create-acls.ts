// Creates access rules.

import { api, type RequestOf, type ResponseOf } from '../schema/api.ts';
import { array, int8, int16, int32, string, struct } from '../schema/field.ts';

export const createAcls = api({
  key: 30,
  name: 'CreateAcls',
  versions: '1-3',
  flexibleVersions: '2+',
  listeners: ['broker', 'controller'],
  request: {
    creations: array(
      struct({
        resourceType: int8(),
        resourceName: string(),
        resourcePatternType: int8({ default: 3 }),
        principal: string(),
        host: string(),
        operation: int8(),
        permissionType: int8(),
      }),
    ),
  },
  response: {
    throttleTimeMs: int32(),
    results: array(struct({ errorCode: int16(), errorMessage: string({ nullable: '0+' }) })),
  },
});

export type CreateAclsRequest = RequestOf<typeof createAcls>;
export type CreateAclsResponse = ResponseOf<typeof createAcls>;
