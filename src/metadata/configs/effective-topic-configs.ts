// The settings of a new topic with where they come from, as CreateTopics tells them.

import { CONFIG_RESOURCE } from '../../protocol/index.ts';
import type { ConfigsImage, ConfigTexts } from '../image/configs-image.ts';
import type { BrokerTexts, ConfigSchema } from './config-schema.ts';
import { CONFIG_SOURCE, inheritedValue } from './config-value.ts';

export interface EffectiveConfig {
  readonly name: string;
  readonly value: string | null;
  readonly readOnly: boolean;
  readonly configSource: number;
  readonly isSensitive: boolean;
}

/** All settings of a topic, by name. `texts` is what was set for it. */
export function effectiveTopicConfigs(
  schema: ConfigSchema,
  configs: ConfigsImage,
  texts: ConfigTexts,
  nodeId: number,
): EffectiveConfig[] {
  const broker = brokerTexts(schema, configs, nodeId);
  return Object.entries(schema.topic)
    .sort(([first], [second]) => (first < second ? -1 : 1))
    .map(([name, definition]) => {
      const { value, source } = inheritedValue(name, definition, texts, CONFIG_SOURCE.topic, broker);
      const isSensitive = definition.type === 'password';
      return { name, value: isSensitive ? null : value, readOnly: false, configSource: source, isSensitive };
    });
}

/**
 * The texts in force for a broker: what was set for it while it ran stands before what was set for all brokers, and both before its files.
 * `own` stands for what was set for it while it ran, where that is to be another.
 */
export function effectiveBrokerTexts(
  schema: ConfigSchema,
  configs: ConfigsImage,
  nodeId: number,
  own?: ConfigTexts,
): ConfigTexts {
  const texts = brokerTexts(schema, configs, nodeId);
  return { ...texts.static, ...texts.dynamicDefault, ...(own ?? texts.dynamic) };
}

/** What is set for all brokers, and for one if it is given. */
export function brokerTexts(schema: ConfigSchema, configs: ConfigsImage, nodeId?: number): BrokerTexts {
  return {
    dynamic: nodeId === undefined ? {} : configs.of({ type: CONFIG_RESOURCE.broker, name: String(nodeId) }),
    dynamicDefault: configs.of({ type: CONFIG_RESOURCE.broker, name: '' }),
    static: schema.staticTexts,
  };
}
