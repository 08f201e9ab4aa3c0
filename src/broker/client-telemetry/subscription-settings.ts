// The settings of all client metrics resources, read again only when settings have changed.

import type { ConfigTexts, MetadataImage } from '../../metadata/index.ts';
import { CONFIG_RESOURCE } from '../../protocol/index.ts';

/** Gives the same list as long as none of them is another. */
export function subscriptionSettings(image: () => MetadataImage): () => readonly ConfigTexts[] {
  let configs: MetadataImage['configs'] | undefined;
  let settings: readonly ConfigTexts[] = [];
  return () => {
    const newest = image().configs;
    if (newest === configs) return settings;
    configs = newest;
    const now = newest.resources(CONFIG_RESOURCE.clientMetrics).map((resource) => newest.of(resource));
    if (now.length !== settings.length || now.some((texts, index) => texts !== settings[index])) settings = now;
    return settings;
  };
}
