// A line of input to a record, as the options of `produce` say.

import type { ProducerRecord } from '../client/index.ts';
import { recordFromJson } from './record-json.ts';
import { parseSettings } from './settings.ts';
import { UsageError } from './usage-error.ts';

export type LineFormat = 'lines' | 'json';

export interface LineOptions {
  readonly topic: string;
  readonly format: LineFormat;
  readonly keySeparator: string | undefined;
  readonly key: string | undefined;
  readonly headers: readonly string[];
  readonly partition: number | undefined;
  readonly isEmptyNull: boolean;
}

/** What the line itself says wins over what the options say for all lines. The reader throws for a line that is no record. */
export function lineReader(options: LineOptions): (line: Buffer) => ProducerRecord {
  const { topic, key: commonKey = null, partition, isEmptyNull } = options;
  const commonHeaders = Object.entries(parseSettings(options.headers, 'header')).map(
    ([name, value]) => [name, Buffer.from(value)] as const,
  );
  if (options.format === 'json') {
    if (options.keySeparator !== undefined)
      throw new UsageError('--key-separator means nothing with --format json: the key is a field');
    return (line) => {
      const record = recordFromJson(line.toString('utf8'), topic);
      return {
        ...record,
        key: record.key ?? commonKey,
        partition: record.partition ?? partition,
        headers: [...(record.headers ?? []), ...commonHeaders],
      };
    };
  }
  const separator = options.keySeparator === undefined ? undefined : Buffer.from(unescapeText(options.keySeparator));
  if (separator?.length === 0) throw new UsageError('--key-separator cannot be empty');
  const valueFrom = (bytes: Buffer) => (isEmptyNull && bytes.length === 0 ? null : bytes);
  return (line) => {
    const end = separator === undefined ? -1 : line.indexOf(separator);
    if (separator === undefined)
      return { topic, key: commonKey, value: valueFrom(line), headers: commonHeaders, partition };
    if (end < 0 && commonKey === null) throw new Error(`it has no key separator (${options.keySeparator})`);
    const key = end < 0 ? commonKey : line.subarray(0, end);
    const value = end < 0 ? line : line.subarray(end + separator.length);
    return { topic, key, value: valueFrom(value), headers: commonHeaders, partition };
  };
}

function unescapeText(text: string): string {
  return text.replace(
    /\\([tn0\\])/g,
    (_match, letter: string) => ({ t: '\t', n: '\n', '0': '\0', '\\': '\\' })[letter] ?? letter,
  );
}
