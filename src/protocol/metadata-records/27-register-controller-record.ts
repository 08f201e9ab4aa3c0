// A controller has registered, with its endpoints and features.

import { array, boolean, int16, int32, string, struct, uint16, uuid } from '../schema/field.ts';
import { type MetadataRecordOf, metadataRecord } from './metadata-record.ts';

export const registerControllerRecord = metadataRecord({
  type: 27,
  name: 'RegisterControllerRecord',
  versions: '0',
  flexibleVersions: '0+',
  fields: {
    controllerId: int32(),
    incarnationId: uuid(),
    zkMigrationReady: boolean(),
    endPoints: array(struct({ name: string(), host: string(), port: uint16(), securityProtocol: int16() })),
    features: array(struct({ name: string(), minSupportedVersion: int16(), maxSupportedVersion: int16() })),
  },
});

export type RegisterControllerRecord = MetadataRecordOf<typeof registerControllerRecord>;
