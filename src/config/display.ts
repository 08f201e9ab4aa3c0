// How a setting's value reads in DescribeConfigs and in files: Kafka's text form of the parsed value, made from the text, so that longs stay exact.

import type { ConfigDefinition } from './definition.ts';

/** Kafka's text form of a valid value: numbers without sign and leading zeros, lists without white space. */
export function displayConfigText(definition: ConfigDefinition<unknown>, text: string | null): string | null {
  if (text === null) return null;
  const trimmed = text.trim();
  switch (definition.type) {
    case 'int':
    case 'short':
    case 'long':
      return BigInt(trimmed.replace(/^\+/, '')).toString();
    case 'double':
      return displayDouble(Number(trimmed));
    case 'boolean':
      return trimmed.toLowerCase();
    case 'list':
      return trimmed === '' ? '' : trimmed.split(/\s*,\s*/).join(',');
    default:
      return trimmed;
  }
}

/** As Java prints a double: always with a fraction, with an exponent below 0.001 and from 10,000,000. */
function displayDouble(value: number): string {
  const size = Math.abs(value);
  if (value === 0 || (size >= 1e-3 && size < 1e7)) return Number.isInteger(value) ? value.toFixed(1) : String(value);
  const [mantissa = '', exponent = ''] = value.toExponential().split('e');
  return `${mantissa.includes('.') ? mantissa : `${mantissa}.0`}E${Number(exponent)}`;
}
