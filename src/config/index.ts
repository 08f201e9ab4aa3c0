export { type ConfigTable, type ConfigValues, readConfig, validateConfig } from './config.ts';
export {
  boolean,
  className,
  type ConfigDefinition,
  ConfigError,
  type ConfigType,
  double,
  int,
  list,
  long,
  password,
  short,
  string,
  type Synonym,
  type UpdateMode,
} from './definition.ts';
