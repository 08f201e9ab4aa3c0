// Settings together: a table of definitions, and the values that a set of texts gives them.

import type { ConfigDefinition } from './definition.ts';

/** A table of settings by Kafka's names. */
export type ConfigTable = Readonly<Record<string, ConfigDefinition<unknown>>>;

/** The values of a table, by Kafka's names: `config['segment.bytes']`. */
export type ConfigValues<T extends ConfigTable> = {
  readonly [Name in keyof T]: T[Name] extends ConfigDefinition<infer Value> ? Value : never;
};

/**
 * Reads the values of all settings of the table from texts; a missing one comes from its synonyms among `fallback`, then from its default.
 * Throws `ConfigError` for the first value that is not allowed. Names that the table does not have are left to the caller.
 */
export function readConfig<T extends ConfigTable>(
  table: T,
  texts: Readonly<Record<string, string | undefined>>,
  fallback: Readonly<Record<string, string | undefined>> = {},
): ConfigValues<T> {
  const values: Record<string, unknown> = {};
  for (const [name, definition] of Object.entries(table)) {
    values[name] = definition.parse(name, texts[name] ?? synonymText(definition, fallback) ?? definition.default);
  }
  return values as ConfigValues<T>;
}

/** One table of several. A setting that two of them declare has two owners, which is a mistake in the program. */
export function mergeConfigTables(...tables: readonly ConfigTable[]): ConfigTable {
  const merged: Record<string, ConfigDefinition<unknown>> = {};
  for (const table of tables) {
    for (const [name, definition] of Object.entries(table)) {
      if (Object.hasOwn(merged, name)) throw new Error(`The setting ${name} is declared twice`);
      merged[name] = definition;
    }
  }
  return merged;
}

function synonymText(
  definition: ConfigDefinition<unknown>,
  fallback: Readonly<Record<string, string | undefined>>,
): string | undefined {
  for (const { name, convert } of definition.synonyms) {
    const text = fallback[name];
    if (text !== undefined) return convert === undefined ? text : convert(text);
  }
  return undefined;
}
