// `NAME=VALUE` options.

import { UsageError } from './usage-error.ts';

/** A name that is given twice keeps its last value. `option` names the option in errors. */
export function parseSettings(texts: readonly string[], option: string): Record<string, string> {
  const settings: Record<string, string> = {};
  for (const text of texts) {
    const end = text.indexOf('=');
    if (end < 1) throw new UsageError(`--${option} cannot be ${text}: write NAME=VALUE`);
    settings[text.slice(0, end).trim()] = text.slice(end + 1);
  }
  return settings;
}
