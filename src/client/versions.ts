// Which version of an API two sides speak: the handshake that asks the broker, and the choice.

import { type Api, apiVersions, decodeResponse, errorCode, KafkaError } from '../protocol/index.ts';
import type { Connection, SendOptions } from './connection.ts';
import { responseError } from './response-error.ts';
import { SOFTWARE } from './software.ts';

/** What a broker serves, by API key. */
export type VersionRanges = ReadonlyMap<number, { readonly min: number; readonly max: number }>;

const UNSUPPORTED_VERSION = errorCode('UNSUPPORTED_VERSION');

/** Asks the broker for its versions and sets them on the connection. An old broker, which refuses the newest question, is asked again as it can take it. */
export async function handshake(connection: Connection, options: SendOptions = {}): Promise<void> {
  const newest = chooseVersion(apiVersions, undefined);
  const { frame } = await connection.exchange(apiVersions, newest, SOFTWARE, options);
  // The refusal is always in version 0, whatever was asked in; its error code stands right behind the correlation id.
  const isRefused = frame.length >= 6 && frame.readInt16BE(4) === UNSUPPORTED_VERSION;
  let response = decodeResponse(apiVersions, isRefused ? 0 : newest, frame).body;
  if (isRefused) {
    const served = response.apiKeys.find((range) => range.apiKey === apiVersions.key)?.maxVersion ?? 0;
    response = await connection.sendVersion(apiVersions, Math.min(served, newest), SOFTWARE, options);
  }
  const error = responseError(response.errorCode, 'ask for the versions of the APIs');
  if (error) throw error;
  connection.versions = new Map(
    response.apiKeys.map((range) => [range.apiKey, { min: range.minVersion, max: range.maxVersion }]),
  );
  connection.features = new Map(response.finalizedFeatures.map(({ name, maxVersionLevel }) => [name, maxVersionLevel]));
}

/** The newest version that both sides know, at most `maxVersion`. Without the broker's ranges: our newest. Throws UNSUPPORTED_VERSION. */
export function chooseVersion(
  api: Api,
  served: VersionRanges | undefined,
  maxVersion = Number.MAX_SAFE_INTEGER,
): number {
  const range = served ? served.get(api.key) : { min: 0, max: Number.MAX_SAFE_INTEGER };
  if (range === undefined) throw new KafkaError('UNSUPPORTED_VERSION', `The broker does not serve ${api.name}`);
  const version = Math.min(api.versions.max, range.max, maxVersion);
  if (version < Math.max(api.versions.min, range.min)) {
    const known = `${api.versions.min} to ${Math.min(api.versions.max, maxVersion)}`;
    throw new KafkaError(
      'UNSUPPORTED_VERSION',
      `The broker serves ${api.name} in versions ${range.min} to ${range.max}, needed is one of ${known}`,
    );
  }
  return version;
}
