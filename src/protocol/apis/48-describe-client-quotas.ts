// Describes the quotas of users, clients and addresses.

import { api, type RequestOf, type ResponseOf } from '../schema/api.ts';
import { array, boolean, float64, int8, int16, int32, string, struct } from '../schema/field.ts';

export const describeClientQuotas = api({
  key: 48,
  name: 'DescribeClientQuotas',
  versions: '0-1',
  flexibleVersions: '1+',
  request: {
    components: array(struct({ entityType: string(), matchType: int8(), match: string({ nullable: '0+' }) })),
    strict: boolean(),
  },
  response: {
    throttleTimeMs: int32(),
    errorCode: int16(),
    errorMessage: string({ nullable: '0+' }),
    entries: array(
      struct({
        entity: array(struct({ entityType: string(), entityName: string({ nullable: '0+' }) })),
        values: array(struct({ key: string(), value: float64() })),
      }),
      { nullable: '0+' },
    ),
  },
});

export type DescribeClientQuotasRequest = RequestOf<typeof describeClientQuotas>;
export type DescribeClientQuotasResponse = ResponseOf<typeof describeClientQuotas>;
