// A change of this broker's settings is tried before it is made: key stores that cannot be read must not stay behind for the next start.

import { ConfigError } from '../../config/index.ts';
import { type ConfigResource, type ConfigTexts, effectiveBrokerTexts } from '../../metadata/index.ts';
import { CONFIG_RESOURCE, KafkaError } from '../../protocol/index.ts';
import { isStoreSetting } from '../../security/index.ts';
import type { RequestContext } from '../handler.ts';

/** The error for a change that no listener could be secured with; undefined where nothing stands against it. `own`: what would be set. */
export async function storeChangeRefusal(
  { services }: RequestContext,
  { type, name }: ConfigResource,
  own: ConfigTexts,
): Promise<KafkaError | undefined> {
  const { metadata, configSchema, nodeId, security } = services;
  if (type !== CONFIG_RESOURCE.broker || name !== String(nodeId)) return undefined;
  if (!Object.keys({ ...metadata.image.configs.of({ type, name }), ...own }).some(isStoreSetting)) return undefined;
  try {
    await security.checkStores(effectiveBrokerTexts(configSchema, metadata.image.configs, nodeId, own));
    return undefined;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return new KafkaError('INVALID_REQUEST', error.message);
  }
}
