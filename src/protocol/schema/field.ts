// The schema language: small functions that build fields as plain data, whose types tell what is read and what may be written.
// `struct({ name: string(), partitions: array(int32()), tags: array(string(), { versions: '3+' }) })`

import type { RecordsInput } from './writer.ts';

export type ScalarKind =
  | 'boolean'
  | 'int8'
  | 'int16'
  | 'uint16'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'float64'
  | 'uuid'
  | 'string'
  | 'bytes'
  | 'records';

export interface FieldOptions<Default = unknown> {
  /** Versions that have the field, where not all versions of what surrounds it do. */
  readonly versions?: string;
  /** Versions in which it may be null. */
  readonly nullable?: string;
  /** What it reads as in a version without it, and what it is when left out on writing. */
  readonly default?: Default;
  /** A value may be dropped silently when it is written in a version without the field. */
  readonly ignorable?: true;
  /** The number it goes under among the tagged fields of a flexible version. */
  readonly tag?: number;
  /** Versions in which it is a tagged field; all that have it if not given. */
  readonly taggedVersions?: string;
  /** `none`: never in compact form, even where the message is flexible. */
  readonly flexibleVersions?: 'none';
}

interface FieldBase<Out, In, Presence> {
  readonly options: FieldOptions;
  /** Never there: carries the types. `out` is what reading gives, `in` what writing takes. */
  readonly '~types'?: { out: Out; in: In; presence: Presence };
}

export interface ScalarField<Out, In, Presence> extends FieldBase<Out, In, Presence> {
  readonly kind: ScalarKind;
}

export interface ArrayField<Out, In, Presence> extends FieldBase<Out, In, Presence> {
  readonly kind: 'array';
  readonly element: Field;
}

export interface StructField<Out, In, Presence> extends FieldBase<Out, In, Presence> {
  readonly kind: 'struct';
  readonly fields: Fields;
}

export type Field<Out = unknown, In = unknown, Presence = unknown> =
  | ScalarField<Out, In, Presence>
  | ArrayField<Out, In, Presence>
  | StructField<Out, In, Presence>;

export type Fields = { readonly [name: string]: Field };

/** What reading gives: every field of every version. */
export type OutputOf<F extends Fields> = { readonly [K in keyof F]: TypesOf<F[K]>['out'] };

/** What writing takes: fields that some version lacks, that are tagged or that have a default may be left out. */
export type InputOf<F extends Fields> = {
  readonly [K in keyof F as TypesOf<F[K]>['presence'] extends 'required' ? K : never]: TypesOf<F[K]>['in'];
} & {
  readonly [K in keyof F as TypesOf<F[K]>['presence'] extends 'required' ? never : K]?: TypesOf<F[K]>['in'] | undefined;
};

/** The element type of an array, nullable or not: `Item<FetchRequest['topics']>`. */
export type Item<T> = NonNullable<T> extends readonly (infer Element)[] ? Element : never;

type TypesOf<F> = F extends { readonly '~types'?: infer T }
  ? NonNullable<T> & { out: unknown; in: unknown; presence: unknown }
  : never;
type NullIf<O> = O extends { nullable: string } ? null : never;
type PresenceIn<O> = O extends { versions: string } | { default: unknown } | { tag: number } ? 'optional' : 'required';
type Scalar<T, O> = ScalarField<T | NullIf<O>, T | NullIf<O>, PresenceIn<O>>;

export const boolean = <const O extends FieldOptions<boolean> = object>(options?: O): Scalar<boolean, O> =>
  scalar('boolean', options);
export const int8 = <const O extends FieldOptions<number> = object>(options?: O): Scalar<number, O> =>
  scalar('int8', options);
export const int16 = <const O extends FieldOptions<number> = object>(options?: O): Scalar<number, O> =>
  scalar('int16', options);
export const uint16 = <const O extends FieldOptions<number> = object>(options?: O): Scalar<number, O> =>
  scalar('uint16', options);
export const int32 = <const O extends FieldOptions<number> = object>(options?: O): Scalar<number, O> =>
  scalar('int32', options);
export const uint32 = <const O extends FieldOptions<number> = object>(options?: O): Scalar<number, O> =>
  scalar('uint32', options);
export const int64 = <const O extends FieldOptions<bigint> = object>(options?: O): Scalar<bigint, O> =>
  scalar('int64', options);
export const float64 = <const O extends FieldOptions<number> = object>(options?: O): Scalar<number, O> =>
  scalar('float64', options);

/** A string in Kafka's form of 22 characters; see uuid.ts. */
export const uuid = <const O extends FieldOptions<string> = object>(options?: O): Scalar<string, O> =>
  scalar('uuid', options);

export const string = <const O extends FieldOptions<string | null> = object>(options?: O): Scalar<string, O> =>
  scalar('string', options);

/** Read as a view on the received buffer. */
export const bytes = <const O extends FieldOptions<null> = object>(options?: O): Scalar<Buffer, O> =>
  scalar('bytes', options);

/** Record batches, not parsed here: read as a view on the received buffer, written from one buffer or several. */
export const records = <const O extends FieldOptions<null> = object>(
  options?: O,
): ScalarField<Buffer | NullIf<O>, RecordsInput | NullIf<O>, PresenceIn<O>> => scalar('records', options);

export function array<Out, In, Presence, const O extends FieldOptions<null> = object>(
  element: Field<Out, In, Presence>,
  options?: O,
): ArrayField<Out[] | NullIf<O>, readonly In[] | NullIf<O>, PresenceIn<O>> {
  return { kind: 'array', element, options: options ?? {} };
}

export function struct<const F extends Fields, const O extends FieldOptions<null> = object>(
  fields: F,
  options?: O,
): StructField<OutputOf<F> | NullIf<O>, InputOf<F> | NullIf<O>, PresenceIn<O>> {
  return { kind: 'struct', fields, options: options ?? {} };
}

function scalar<Out, In, Presence>(
  kind: ScalarKind,
  options: FieldOptions | undefined,
): ScalarField<Out, In, Presence> {
  return { kind, options: options ?? {} };
}
