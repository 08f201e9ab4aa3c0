// Error codes of responses, as errors that say what was tried.

import { ERRORS, errorName, KafkaError } from '../protocol/index.ts';

/** Undefined for code 0. `what` completes "Cannot ...": `create topic orders`. The broker's own words go before the table's. */
export function responseError(code: number, what: string, message?: string | null): KafkaError | undefined {
  if (code === 0) return undefined;
  const name = errorName(code);
  if (name === undefined)
    return KafkaError.fromCode(code, `Cannot ${what}: ${message ?? `the broker answered error code ${code}`}`);
  return new KafkaError(name, `Cannot ${what}: ${message ?? ERRORS[name].message} (${name})`);
}
