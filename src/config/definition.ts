// The language in which a setting is declared, once, where it is used. Parsing, `--help`, DescribeConfigs and the docs come from it.

/** Kafka's config types, as DescribeConfigs names them. */
export type ConfigType = 'boolean' | 'string' | 'int' | 'short' | 'long' | 'double' | 'list' | 'class' | 'password';

/** What a running broker does with a new value: nothing until a restart, this broker takes it, or the whole cluster does. */
export type UpdateMode = 'read-only' | 'per-broker' | 'cluster-wide';

export interface ConfigDefinition<T> {
  readonly type: ConfigType;
  /** Kafka's text form of the default; null where Kafka's default is null. */
  readonly default: string | null;
  /** What it does, with its unit. Our own words. */
  readonly doc: string;
  readonly updateMode: UpdateMode;
  /** The values that it takes, as Kafka's documentation writes them: `[1,...]`, `[compact, delete]`; empty where all of its type are. */
  readonly validValues: string;
  /** Broker-wide settings that stand in when a topic or group has no value, the nearest first. */
  readonly synonyms: readonly Synonym[];
  /** Known to Kafka, without meaning here: accepted, and reported so. */
  readonly meaningless: boolean;
  /** For tests and experts: taken when it is set, and not listed by DescribeConfigs. */
  readonly internal: boolean;
  /** Text to value; throws `ConfigError` when the text is no value of this setting. */
  parse(name: string, text: string | null): T;
}

/** A broker-wide setting whose value, converted, stands in for a missing one: `log.retention.hours` for `retention.ms`. */
export interface Synonym {
  readonly name: string;
  readonly convert?: (text: string) => string;
}

/** A value that its setting does not allow. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

interface CommonOptions<D extends string | null = string> {
  readonly default: D;
  readonly doc: string;
  readonly updateMode?: UpdateMode;
  readonly synonyms?: readonly (Synonym | string)[];
  readonly meaningless?: boolean;
  readonly internal?: boolean;
}

interface NumberOptions<D extends string | null> extends CommonOptions<D> {
  readonly min?: number;
  readonly max?: number;
  /** A value outside of the range that is allowed too. */
  readonly also?: number;
}

interface TextOptions<D extends string | null> extends CommonOptions<D> {
  readonly oneOf?: readonly string[];
}

type Nullable<T, D> = D extends null ? T | null : T;

const LIMITS = {
  int: [-(2 ** 31), 2 ** 31 - 1],
  short: [-32768, 32767],
  // The largest long is not exact as a number; it stands for "no limit" wherever Kafka uses it.
  long: [-(2 ** 63), 2 ** 63],
  double: [-Infinity, Infinity],
} as const;

function definition<T, D extends string | null>(
  type: ConfigType,
  options: CommonOptions<D>,
  validValues: string,
  parse: (name: string, text: string) => T,
): ConfigDefinition<Nullable<T, D>> {
  return {
    type,
    default: options.default,
    doc: options.doc,
    updateMode: options.updateMode ?? 'read-only',
    validValues,
    synonyms: (options.synonyms ?? []).map((synonym) => (typeof synonym === 'string' ? { name: synonym } : synonym)),
    meaningless: options.meaningless ?? false,
    internal: options.internal ?? false,
    parse(name, text) {
      if (text !== null) return parse(name, text) as Nullable<T, D>;
      if (options.default === null) return null as Nullable<T, D>;
      throw new ConfigError(`Invalid value null for configuration ${name}: it needs a value`);
    },
  };
}

function numeric(type: keyof typeof LIMITS) {
  return <const D extends string | null>(options: NumberOptions<D>): ConfigDefinition<Nullable<number, D>> =>
    definition(type, options, rangeText(options), (name, text) => {
      const trimmed = text.trim();
      const pattern = type === 'double' ? /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/ : /^[+-]?\d+$/;
      const value = Number(trimmed);
      const [lowest, highest] = LIMITS[type];
      if (!pattern.test(trimmed) || value < lowest || value > highest) {
        throw new ConfigError(
          `Invalid value ${text} for configuration ${name}: Not a number of type ${type.toUpperCase()}`,
        );
      }
      const problem = outOfRange(value, options);
      if (problem !== undefined) throw new ConfigError(`Invalid value ${text} for configuration ${name}: ${problem}`);
      return value;
    });
}

function outOfRange(value: number, { min, max, also }: NumberOptions<string | null>): string | undefined {
  const isTooLow = min !== undefined && value < min;
  if (value === also || !(isTooLow || (max !== undefined && value > max))) return undefined;
  if (also !== undefined) return `Value must be between ${min} and ${max} or equal to ${also}`;
  return isTooLow ? `Value must be at least ${min}` : `Value must be no more than ${max}`;
}

function rangeText({ min, max, also }: NumberOptions<string | null>): string {
  if (min === undefined && max === undefined) return '';
  const range = `[${[min, '...', max].filter((part) => part !== undefined).join(',')}]`;
  return also === undefined ? range : `${range} or ${also}`;
}

function wordsText({ oneOf }: TextOptions<string | null>): string {
  return oneOf === undefined ? '' : `[${oneOf.join(', ')}]`;
}

function checkOneOf(name: string, text: string, value: string, allowed: readonly string[] | undefined): void {
  if (allowed !== undefined && !allowed.includes(value)) {
    throw new ConfigError(
      `Invalid value ${text} for configuration ${name}: String must be one of: ${allowed.join(', ')}`,
    );
  }
}

/** Milliseconds, bytes, counts: 32 bits. */
export const int = numeric('int');
export const short = numeric('short');
/** 64 bits. Values above 2^53 are inexact, which matters to none of Kafka's settings: there they mean "no limit". */
export const long = numeric('long');
export const double = numeric('double');

export function boolean<const D extends string | null>(
  options: CommonOptions<D>,
): ConfigDefinition<Nullable<boolean, D>> {
  return definition('boolean', options, '', (name, text) => {
    const value = text.trim().toLowerCase();
    if (value !== 'true' && value !== 'false') {
      throw new ConfigError(
        `Invalid value ${text} for configuration ${name}: Expected value to be either true or false`,
      );
    }
    return value === 'true';
  });
}

function textual(type: 'string' | 'class' | 'password') {
  return <const D extends string | null>(options: TextOptions<D>): ConfigDefinition<Nullable<string, D>> =>
    definition(type, options, wordsText(options), (name, text) => {
      const value = text.trim();
      checkOneOf(name, text, value, options.oneOf);
      return value;
    });
}

export const string = textual('string');
/** A Java class name in Kafka; here a well-known name. */
export const className = textual('class');
/** Never printed, never logged. */
export const password = textual('password');

/** Comma-separated words. */
export function list<const D extends string | null>(
  options: TextOptions<D>,
): ConfigDefinition<Nullable<readonly string[], D>> {
  return definition('list', options, wordsText(options), (name, text) => {
    const trimmed = text.trim();
    const values = trimmed === '' ? [] : trimmed.split(/\s*,\s*/);
    if (new Set(values).size < values.length) {
      throw new ConfigError(`Configuration '${name}' values must not be duplicated.`);
    }
    for (const value of values) checkOneOf(name, value, value, options.oneOf);
    return values as readonly string[];
  });
}
