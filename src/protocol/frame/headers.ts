// The headers of requests and responses, and which version of them goes with which version of an API.

import type { Api } from '../schema/api.ts';
import { int16, int32, string } from '../schema/field.ts';
import { type MessageInput, type MessageOf, message } from '../schema/message.ts';
import { includesVersion } from '../schema/version-range.ts';

export const requestHeader = message({
  name: 'RequestHeader',
  versions: '1-2',
  flexibleVersions: '2+',
  fields: {
    requestApiKey: int16(),
    requestApiVersion: int16(),
    correlationId: int32(),
    // Never compact: a broker has to find the client id even in a version that it does not know.
    clientId: string({ nullable: '1+', flexibleVersions: 'none' }),
  },
});

export const responseHeader = message({
  name: 'ResponseHeader',
  versions: '0-1',
  flexibleVersions: '1+',
  fields: { correlationId: int32() },
});

export type RequestHeader = MessageOf<typeof requestHeader>;
export type RequestHeaderInput = MessageInput<typeof requestHeader>;

/** Works for versions too that the API does not have, so that a request of an unknown version can be answered. */
export function requestHeaderVersion(api: AnyApi, version: number): number {
  return includesVersion(api.flexibleVersions, version) ? 2 : 1;
}

export function responseHeaderVersion(api: AnyApi, version: number): number {
  // A client asks for ApiVersions before it knows what the broker speaks, so the answer always has the oldest header (KIP-511).
  if (api.key === API_VERSIONS_KEY) return 0;
  return includesVersion(api.flexibleVersions, version) ? 1 : 0;
}

/** What the headers need to know of an API, whatever its schema. */
export type AnyApi = Pick<Api, 'key' | 'flexibleVersions'>;

export const API_VERSIONS_KEY = 18;
