// Settings that change while the program runs. `values` stays the same object: whoever is handed it, and reads a setting at the moment of using it,
// reads the newest value.

import type { ConfigTable } from './config.ts';
import { ConfigError } from './definition.ts';

export class LiveConfig<T extends object> {
  readonly values: T;
  readonly #table: ConfigTable;
  readonly #initial: Readonly<Record<string, unknown>>;

  /** `initial`: the values of the start. `table` knows the settings among them that may change. */
  constructor(initial: T, table: ConfigTable) {
    this.#initial = Object.fromEntries(Object.entries(initial));
    this.#table = table;
    this.values = { ...initial };
  }

  /**
   * Makes these texts count before what was there at the start; what they do not name is again as it was then. A text that cannot be used leaves its
   * setting as it is, and is told by an error.
   */
  change(texts: Readonly<Record<string, string | undefined>>): ConfigError[] {
    const errors: ConfigError[] = [];
    const changed: Record<string, unknown> = {};
    for (const name of Object.keys(this.#initial)) {
      const definition = this.#table[name];
      if (definition === undefined || definition.updateMode === 'read-only') continue;
      const text = texts[name];
      try {
        changed[name] = text === undefined ? this.#initial[name] : definition.parse(name, text);
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        errors.push(error);
      }
    }
    Object.assign(this.values, changed);
    return errors;
  }
}
