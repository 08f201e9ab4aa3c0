// How the fields of a schema lie on the wire in one version: which are there, plain or tagged, nullable, in compact form.

import type { Field, Fields } from './field.ts';
import { includesVersion, parseVersionRange } from './version-range.ts';

export interface LaidOutField {
  readonly name: string;
  readonly field: Field;
  readonly place: 'absent' | 'plain' | 'tagged';
  readonly nullable: boolean;
  /** Whether its length has the compact form. */
  readonly compact: boolean;
}

export function layOut(fields: Fields, version: number, flexible: boolean): LaidOutField[] {
  return Object.entries(fields).map(([name, field]) => ({
    name,
    field,
    place: placeOf(field, version, flexible, name),
    nullable: isIn(field.options.nullable, version),
    compact: flexible && field.options.flexibleVersions !== 'none',
  }));
}

/** The tagged fields, in the order in which they go on the wire. */
export function taggedFieldsOf(layout: readonly LaidOutField[]): LaidOutField[] {
  return layout.filter(({ place }) => place === 'tagged').sort((a, b) => tagOf(a) - tagOf(b));
}

export function tagOf({ field, name }: LaidOutField): number {
  if (field.options.tag === undefined) throw new Error(`The field ${name} has no tag`);
  return field.options.tag;
}

/** The least bytes that an element can take, never 0: so a count can be judged by the bytes that are left. */
export function minBytesOf(field: Field, version: number, flexible: boolean): number {
  return Math.max(1, minBytes(field, version, flexible, false));
}

function minBytes(field: Field, version: number, flexible: boolean, nullable: boolean): number {
  switch (field.kind) {
    case 'boolean':
    case 'int8':
      return 1;
    case 'int16':
    case 'uint16':
      return 2;
    case 'int32':
    case 'uint32':
      return 4;
    case 'int64':
    case 'float64':
      return 8;
    case 'uuid':
      return 16;
    case 'string':
      return flexible ? 1 : 2;
    case 'bytes':
    case 'records':
    case 'array':
      return flexible ? 1 : 4;
    case 'struct':
      return nullable ? 1 : minStructBytes(field.fields, version, flexible);
  }
}

function minStructBytes(fields: Fields, version: number, flexible: boolean): number {
  let total = flexible ? 1 : 0;
  for (const { field, place, nullable, compact } of layOut(fields, version, flexible)) {
    if (place === 'plain') total += minBytes(field, version, compact, nullable);
  }
  return total;
}

function placeOf(field: Field, version: number, flexible: boolean, name: string): LaidOutField['place'] {
  const { versions, tag, taggedVersions } = field.options;
  if (versions !== undefined && !isIn(versions, version)) return 'absent';
  if (tag === undefined || (taggedVersions !== undefined && !isIn(taggedVersions, version))) return 'plain';
  if (!flexible) throw new Error(`The field ${name} is tagged in version ${version}, which is not flexible`);
  return 'tagged';
}

function isIn(range: string | undefined, version: number): boolean {
  return range !== undefined && includesVersion(parseVersionRange(range), version);
}
