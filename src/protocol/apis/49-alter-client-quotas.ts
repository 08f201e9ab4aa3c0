// Changes the quotas of users, clients and addresses.

import { api, type RequestOf, type ResponseOf } from '../schema/api.ts';
import { array, boolean, float64, int16, int32, string, struct } from '../schema/field.ts';

export const alterClientQuotas = api({
  key: 49,
  name: 'AlterClientQuotas',
  versions: '0-1',
  flexibleVersions: '1+',
  listeners: ['broker', 'controller'],
  request: {
    entries: array(
      struct({
        entity: array(struct({ entityType: string(), entityName: string({ nullable: '0+' }) })),
        ops: array(struct({ key: string(), value: float64(), remove: boolean() })),
      }),
    ),
    validateOnly: boolean(),
  },
  response: {
    throttleTimeMs: int32(),
    entries: array(
      struct({
        errorCode: int16(),
        errorMessage: string({ nullable: '0+' }),
        entity: array(struct({ entityType: string(), entityName: string({ nullable: '0+' }) })),
      }),
    ),
  },
});

export type AlterClientQuotasRequest = RequestOf<typeof alterClientQuotas>;
export type AlterClientQuotasResponse = ResponseOf<typeof alterClientQuotas>;
