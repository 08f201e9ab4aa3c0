// Tells which APIs and versions a broker serves, and its features. The one API that answers also to versions it does
// not know.

import { api, type RequestOf, type ResponseOf } from '../schema/api.ts';
import { array, boolean, int16, int32, int64, string, struct } from '../schema/field.ts';

export const apiVersions = api({
  key: 18,
  name: 'ApiVersions',
  versions: '0-4',
  flexibleVersions: '3+',
  listeners: ['broker', 'controller'],
  request: {
    clientSoftwareName: string({ versions: '3+', ignorable: true }),
    clientSoftwareVersion: string({ versions: '3+', ignorable: true }),
  },
  response: {
    errorCode: int16(),
    apiKeys: array(struct({ apiKey: int16(), minVersion: int16(), maxVersion: int16() })),
    throttleTimeMs: int32({ versions: '1+', ignorable: true }),
    supportedFeatures: array(struct({ name: string(), minVersion: int16(), maxVersion: int16() }), {
      versions: '3+',
      ignorable: true,
      tag: 0,
    }),
    finalizedFeaturesEpoch: int64({ versions: '3+', default: -1n, ignorable: true, tag: 1 }),
    finalizedFeatures: array(struct({ name: string(), maxVersionLevel: int16(), minVersionLevel: int16() }), {
      versions: '3+',
      ignorable: true,
      tag: 2,
    }),
    zkMigrationReady: boolean({ versions: '3+', default: false, ignorable: true, tag: 3 }),
  },
});

export type ApiVersionsRequest = RequestOf<typeof apiVersions>;
export type ApiVersionsResponse = ResponseOf<typeof apiVersions>;
