// Lists the access rules that match a filter.

import { api, type RequestOf, type ResponseOf } from '../schema/api.ts';
import { array, int8, int16, int32, string, struct } from '../schema/field.ts';

export const describeAcls = api({
  key: 29,
  name: 'DescribeAcls',
  versions: '1-3',
  flexibleVersions: '2+',
  listeners: ['broker', 'controller'],
  request: {
    resourceTypeFilter: int8(),
    resourceNameFilter: string({ nullable: '0+' }),
    patternTypeFilter: int8({ default: 3 }),
    principalFilter: string({ nullable: '0+' }),
    hostFilter: string({ nullable: '0+' }),
    operation: int8(),
    permissionType: int8(),
  },
  response: {
    throttleTimeMs: int32(),
    errorCode: int16(),
    errorMessage: string({ nullable: '0+' }),
    resources: array(
      struct({
        resourceType: int8(),
        resourceName: string(),
        patternType: int8({ default: 3 }),
        acls: array(struct({ principal: string(), host: string(), operation: int8(), permissionType: int8() })),
      }),
    ),
  },
});

export type DescribeAclsRequest = RequestOf<typeof describeAcls>;
export type DescribeAclsResponse = ResponseOf<typeof describeAcls>;
