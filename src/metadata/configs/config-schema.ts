// Which settings there are for each kind of resource. The broker hands it in: this module knows the rules of settings, and not a single one of them.

import type { ConfigTable } from '../../config/index.ts';
import { CONFIG_RESOURCE } from '../../protocol/index.ts';
import type { ConfigTexts } from '../image/configs-image.ts';

export interface ConfigSchema {
  /** Settings of topics; their synonyms are settings of brokers. */
  readonly topic: ConfigTable;
  readonly broker: ConfigTable;
  readonly group: ConfigTable;
  readonly clientMetrics: ConfigTable;
  /** What the broker was started with: `server.properties` and overrides. */
  readonly staticTexts: ConfigTexts;
  /** Rules that concern several settings of a topic, or a topic's and the broker's. Throws `ConfigError`. */
  validateTopic?(texts: ConfigTexts): void;
  /** The same for brokers: what they were started with, and over it what is to be set. */
  validateBroker?(texts: ConfigTexts): void;
  /** The same for groups. */
  validateGroup?(texts: ConfigTexts): void;
  /** The same for client metrics subscriptions. */
  validateClientMetrics?(texts: ConfigTexts): void;
}

export function tableOf(schema: ConfigSchema, resourceType: number): ConfigTable | undefined {
  switch (resourceType) {
    case CONFIG_RESOURCE.topic:
      return schema.topic;
    case CONFIG_RESOURCE.broker:
      return schema.broker;
    case CONFIG_RESOURCE.group:
      return schema.group;
    case CONFIG_RESOURCE.clientMetrics:
      return schema.clientMetrics;
    default:
      return undefined;
  }
}

/** Where a broker's value comes from, the strongest first. */
export interface BrokerTexts {
  /** Set for this broker while running. */
  readonly dynamic: ConfigTexts;
  /** Set for all brokers while running. */
  readonly dynamicDefault: ConfigTexts;
  readonly static: ConfigTexts;
}
