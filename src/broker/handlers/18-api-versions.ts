// ApiVersions: what this broker serves. Computed from the handlers, so that it cannot be anything else.

import { KRAFT_VERSION, SUPPORTED_FEATURES } from '../../metadata/index.ts';
import { type Api, apiVersions, KafkaError, produce } from '../../protocol/index.ts';
import { handler } from '../handler.ts';
import { servedVersions } from '../served-versions.ts';

/** Before it a client does not tell its name and version (KIP-511). */
const FIRST_VERSION_WITH_SOFTWARE = 3;
/** Before it a feature whose range begins at level 0 cannot be told (KIP-584). */
const FIRST_VERSION_WITH_LEVEL_ZERO = 4;
const SOFTWARE = /^[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?$/;

export const apiVersionsHandler = handler(apiVersions, {
  handle(request, { services, connection, apiVersion }) {
    const { clientSoftwareName, clientSoftwareVersion } = request;
    const isNamed = SOFTWARE.test(clientSoftwareName) && SOFTWARE.test(clientSoftwareVersion);
    if (apiVersion >= FIRST_VERSION_WITH_SOFTWARE && !isNamed) throw new KafkaError('INVALID_REQUEST');
    if (isNamed) connection.software = { name: clientSoftwareName, version: clientSoftwareVersion };
    const { image } = services.metadata;
    return {
      errorCode: 0,
      apiKeys: services.servedApis().map(advertised),
      supportedFeatures: Object.entries(SUPPORTED_FEATURES)
        .filter(([, { min }]) => min > 0 || apiVersion >= FIRST_VERSION_WITH_LEVEL_ZERO)
        .map(([name, { min, max }]) => ({ name, minVersion: min, maxVersion: max })),
      // The offset of the last record of the metadata that this tells.
      finalizedFeaturesEpoch: image.endOffset - 1n,
      finalizedFeatures: [...image.features.levels, ['kraft.version', KRAFT_VERSION] as const].map(([name, level]) => ({
        name,
        minVersionLevel: level,
        maxVersionLevel: level,
      })),
    };
  },
  // A client of the future must learn which version it may ask in instead (KIP-511).
  fail: (_request, error) => ({
    errorCode: error.errorCode,
    apiKeys: error.code === 'UNSUPPORTED_VERSION' ? [advertised(apiVersions)] : [],
  }),
});

/** Produce is told to begin at 0 although it begins at 3: librdkafka before 2.4 gives up otherwise (KAFKA-18659). */
function advertised(api: Api) {
  const { min, max } = servedVersions(api);
  return { apiKey: api.key, minVersion: api.key === produce.key ? 0 : min, maxVersion: max };
}
