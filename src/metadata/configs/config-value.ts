// A setting's value with where it comes from: the strongest of what was set for the resource, for brokers, and the default.

import { type ConfigDefinition, displayConfigText } from '../../config/index.ts';
import type { ConfigTexts } from '../image/configs-image.ts';
import { brokerConfigSynonyms } from './broker-config-names.ts';
import type { BrokerTexts, ConfigSchema } from './config-schema.ts';

/** Where a value comes from, in the numbers of DescribeConfigs. */
export const CONFIG_SOURCE = {
  topic: 1,
  dynamicBroker: 2,
  dynamicDefaultBroker: 3,
  staticBroker: 4,
  default: 5,
  dynamicBrokerLogger: 6,
  clientMetrics: 7,
  group: 8,
} as const;

export interface ConfigValue {
  readonly name: string;
  readonly value: string | null;
  readonly source: number;
}

/** What each source says about a broker's setting, the strongest source first, and in each the strongest synonym first. */
export function brokerConfigValues(name: string, texts: BrokerTexts, schema: ConfigSchema): ConfigValue[] {
  const names = brokerConfigSynonyms(name);
  const values: ConfigValue[] = [];
  const add = (source: number, textOf: (name: string) => string | null | undefined) => {
    for (const synonym of names) {
      const value = textOf(synonym);
      if (value !== undefined && value !== null) values.push({ name: synonym, value, source });
    }
  };
  add(CONFIG_SOURCE.dynamicBroker, (synonym) => texts.dynamic[synonym]);
  add(CONFIG_SOURCE.dynamicDefaultBroker, (synonym) => texts.dynamicDefault[synonym]);
  add(CONFIG_SOURCE.staticBroker, (synonym) => texts.static[synonym]);
  add(CONFIG_SOURCE.default, (synonym) => schema.broker[synonym]?.default);
  return values;
}

/** The value in force for a setting of a topic or group: its own, or the nearest synonym's in the strongest source, or the default. */
export function inheritedValue(
  name: string,
  definition: ConfigDefinition<unknown>,
  ownTexts: ConfigTexts,
  ownSource: number,
  texts: BrokerTexts,
): ConfigValue {
  const own = ownTexts[name];
  if (own !== undefined) return { name, value: displayConfigText(definition, own), source: ownSource };
  const layers: [number, ConfigTexts][] = [
    [CONFIG_SOURCE.dynamicBroker, texts.dynamic],
    [CONFIG_SOURCE.dynamicDefaultBroker, texts.dynamicDefault],
    [CONFIG_SOURCE.staticBroker, texts.static],
  ];
  for (const [source, layer] of layers) {
    for (const synonym of definition.synonyms) {
      const text = layer[synonym.name];
      if (text === undefined) continue;
      const converted = synonym.convert === undefined ? text : synonym.convert(text);
      return { name, value: displayConfigText(definition, converted), source };
    }
  }
  return { name, value: displayConfigText(definition, definition.default), source: CONFIG_SOURCE.default };
}
