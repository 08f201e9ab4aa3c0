// The settings of a client metrics subscription (KIP-714): which metrics which clients push, and how often.

import { ConfigError, type ConfigTable, int, list } from '../../config/index.ts';
import { compileRe2 } from '../../coordinator/index.ts';
import { KafkaError } from '../../protocol/index.ts';
import type { ConfigTexts } from '../image/configs-image.ts';

export const DEFAULT_CLIENT_METRICS_INTERVAL_MS = 300_000;

export const clientMetricsConfigTable: ConfigTable = {
  metrics: list({ default: '', doc: 'Prefixes of the names of the metrics that are wanted; * for all.' }),
  'interval.ms': int({ default: String(DEFAULT_CLIENT_METRICS_INTERVAL_MS), doc: 'Milliseconds between two pushes.' }),
  match: list({ default: '', doc: 'Which clients are meant, as selector=regular expression.' }),
};

const MIN_INTERVAL_MS = 100;
const MAX_INTERVAL_MS = 3_600_000;
const SELECTORS = [
  'client_instance_id',
  'client_id',
  'client_software_name',
  'client_software_version',
  'client_source_address',
  'client_source_port',
] as const;

/** What the settings cannot check one by one. Throws `ConfigError`, or INVALID_REQUEST for the interval, as Kafka does. */
export function validateClientMetricsConfigs(texts: ConfigTexts): void {
  const interval = texts['interval.ms'];
  if (interval !== undefined && (Number(interval) < MIN_INTERVAL_MS || Number(interval) > MAX_INTERVAL_MS)) {
    throw new KafkaError(
      'INVALID_REQUEST',
      `Invalid value ${interval} for interval.ms, interval must be between 100 and 3600000 (1 hour)`,
    );
  }
  for (const name of ['metrics', 'match']) {
    const words = wordsOf(texts[name]);
    if (new Set(words).size < words.length) {
      throw new ConfigError(`Configuration '${name}' values must not be duplicated.`);
    }
  }
  for (const pattern of wordsOf(texts.match)) parsePattern(pattern);
}

export type ClientAttribute = (typeof SELECTORS)[number];

export interface ClientMetricsSubscription {
  /** Prefixes of names; `*` for all. */
  readonly metrics: readonly string[];
  readonly intervalMs: number;
  /** All of them must match the whole of the client's attribute. */
  readonly match: readonly { readonly attribute: ClientAttribute; matches(value: string): boolean }[];
}

/** What valid settings of a client metrics resource ask for. */
export function clientMetricsSubscription(texts: ConfigTexts): ClientMetricsSubscription {
  return {
    metrics: wordsOf(texts.metrics),
    intervalMs: Number(texts['interval.ms'] ?? DEFAULT_CLIENT_METRICS_INTERVAL_MS),
    match: wordsOf(texts.match).map(parsePattern),
  };
}

/** Throws `ConfigError`. */
function parsePattern(text: string): ClientMetricsSubscription['match'][number] {
  const [selector = '', expression, ...rest] = text.split('=');
  const attribute = SELECTORS.find((known) => known === selector.trim());
  if (attribute !== undefined && expression !== undefined && rest.length === 0) {
    try {
      return { attribute, matches: compileRe2(expression.trim(), 'match') };
    } catch (error) {
      // What is no regular expression is told like every other mistake in a pattern.
      if (!(error instanceof KafkaError)) throw error;
    }
  }
  throw new ConfigError(`Illegal client matching pattern: ${text}`);
}

function wordsOf(text = ''): string[] {
  return text.trim() === '' ? [] : text.trim().split(/\s*,\s*/);
}
