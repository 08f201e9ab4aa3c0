// Deletes the access rules that match filters.

import { api, type RequestOf, type ResponseOf } from '../schema/api.ts';
import { array, int8, int16, int32, string, struct } from '../schema/field.ts';

export const deleteAcls = api({
  key: 31,
  name: 'DeleteAcls',
  versions: '1-3',
  flexibleVersions: '2+',
  listeners: ['broker', 'controller'],
  request: {
    filters: array(
      struct({
        resourceTypeFilter: int8(),
        resourceNameFilter: string({ nullable: '0+' }),
        patternTypeFilter: int8({ default: 3 }),
        principalFilter: string({ nullable: '0+' }),
        hostFilter: string({ nullable: '0+' }),
        operation: int8(),
        permissionType: int8(),
      }),
    ),
  },
  response: {
    throttleTimeMs: int32(),
    filterResults: array(
      struct({
        errorCode: int16(),
        errorMessage: string({ nullable: '0+' }),
        matchingAcls: array(
          struct({
            errorCode: int16(),
            errorMessage: string({ nullable: '0+' }),
            resourceType: int8(),
            resourceName: string(),
            patternType: int8({ default: 3 }),
            principal: string(),
            host: string(),
            operation: int8(),
            permissionType: int8(),
          }),
        ),
      }),
    ),
  },
});

export type DeleteAclsRequest = RequestOf<typeof deleteAcls>;
export type DeleteAclsResponse = ResponseOf<typeof deleteAcls>;
