// The door of the config module: how settings are declared, read and shown.

export { type ConfigTable, type ConfigValues, mergeConfigTables, readConfig } from './config.ts';
export {
  boolean,
  type ConfigDefinition,
  ConfigError,
  type ConfigType,
  className,
  double,
  int,
  list,
  long,
  password,
  type Synonym,
  short,
  string,
  type UpdateMode,
} from './definition.ts';
export { displayConfigText } from './display.ts';
export { LiveConfig } from './live-config.ts';
export { parseProperties } from './properties.ts';
