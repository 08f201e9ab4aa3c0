// The default of a field as JavaScript source: the value itself, and the test whether a value is that default.

import type { Field, Fields } from './field.ts';
import { ZERO_UUID } from './uuid.ts';

export function defaultSource(field: Field): string {
  const explicit = field.options.default;
  if (explicit !== undefined) return typeof explicit === 'bigint' ? `${explicit}n` : JSON.stringify(explicit);
  switch (field.kind) {
    case 'boolean':
      return 'false';
    case 'int64':
      return '0n';
    case 'uuid':
      return JSON.stringify(ZERO_UUID);
    case 'string':
      return "''";
    case 'bytes':
      return 'EMPTY';
    case 'records':
      // Kafka's own choice: no records are null, wherever null can be.
      return field.options.nullable === undefined ? 'EMPTY' : 'null';
    case 'array':
      return '[]';
    case 'struct':
      return structDefaultSource(field.fields);
    default:
      return '0';
  }
}

/** `value` is the source of an expression that is not undefined; `structTest` names a function that tests a struct. */
export function isDefaultSource(field: Field, value: string, structTest: (fields: Fields) => string): string {
  const source = defaultSource(field);
  if (source === 'EMPTY' || source === '[]') return `(${value} !== null && ${value}.length === 0)`;
  if (field.kind === 'struct' && source !== 'null')
    return `(${value} !== null && ${structTest(field.fields)}(${value}))`;
  return `${value} === ${source}`;
}

function structDefaultSource(fields: Fields): string {
  const values = Object.entries(fields).map(([name, field]) => `${name}: ${defaultSource(field)}`);
  return `({ ${values.join(', ')} })`;
}
