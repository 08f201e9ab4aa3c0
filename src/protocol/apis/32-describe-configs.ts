// Describes configurations: values, where they come from, documentation.

import { api, type RequestOf, type ResponseOf } from '../schema/api.ts';
import { array, boolean, int8, int16, int32, string, struct } from '../schema/field.ts';

export const describeConfigs = api({
  key: 32,
  name: 'DescribeConfigs',
  versions: '1-4',
  flexibleVersions: '4+',
  listeners: ['broker', 'controller'],
  request: {
    resources: array(
      struct({ resourceType: int8(), resourceName: string(), configurationKeys: array(string(), { nullable: '0+' }) }),
    ),
    includeSynonyms: boolean({ default: false }),
    includeDocumentation: boolean({ versions: '3+', default: false }),
  },
  response: {
    throttleTimeMs: int32(),
    results: array(
      struct({
        errorCode: int16(),
        errorMessage: string({ nullable: '0+' }),
        resourceType: int8(),
        resourceName: string(),
        configs: array(
          struct({
            name: string(),
            value: string({ nullable: '0+' }),
            readOnly: boolean(),
            configSource: int8({ default: -1 }),
            isSensitive: boolean(),
            synonyms: array(struct({ name: string(), value: string({ nullable: '0+' }), source: int8() })),
            configType: int8({ versions: '3+', default: 0, ignorable: true }),
            documentation: string({ versions: '3+', nullable: '0+', ignorable: true }),
          }),
        ),
      }),
    ),
  },
});

export type DescribeConfigsRequest = RequestOf<typeof describeConfigs>;
export type DescribeConfigsResponse = ResponseOf<typeof describeConfigs>;
